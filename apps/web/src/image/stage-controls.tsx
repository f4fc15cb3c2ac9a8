import { useSyncExternalStore } from 'react';
import type { ShortcutActions } from './shortcuts.ts';
import styles from './stage-controls.module.css';
import type { ViewStore } from './view-store.ts';

interface Props {
  readonly store: ViewStore;
  readonly boxesHidden: boolean;
  readonly actions: ShortcutActions;
}

/** Under the picture: how near it is looked at, and whether boxes lie over it. */
export function StageControls({ store, boxesHidden, actions }: Props) {
  const percent = useSyncExternalStore(
    store.subscribe,
    () => Math.round((store.get()?.fit.scale ?? 0) * 100),
    () => 0,
  );
  const farthest = useSyncExternalStore(
    store.subscribe,
    () => store.get()?.farthest ?? true,
    () => true,
  );
  const nearest = useSyncExternalStore(
    store.subscribe,
    () => store.get()?.nearest ?? true,
    () => true,
  );
  const whole = useSyncExternalStore(
    store.subscribe,
    () => store.get()?.whole ?? true,
    () => true,
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <div className={styles.controls} role="group" aria-label="View">
      <IconButton name="Zoom out" keys="-" disabled={farthest} onClick={actions.zoomOut} path="M5 12h14" />
      <button
        type="button"
        className={styles.percent}
        aria-label={`${percent}%, show at full size`}
        aria-keyshortcuts="1"
        title="Show at full size (1)"
        onClick={actions.showFullSize}
      >
        {percent > 0 ? `${percent}%` : ''}
      </button>
      <IconButton
        name="Zoom in"
        keys="+"
        disabled={nearest}
        onClick={actions.zoomIn}
        path="M5 12h14M12 5v14"
      />
      <IconButton
        name="Show all"
        keys="0"
        disabled={whole}
        onClick={actions.showWhole}
        path="M4 9V5h5M15 5h5v4M20 15v4h-5M9 19H4v-4"
      />
      <span className={styles.space} />
      <button
        type="button"
        className={styles.toggle}
        aria-pressed={!boxesHidden}
        aria-keyshortcuts="b"
        title={`${boxesHidden ? 'Show' : 'Hide'} all boxes (B)`}
        onClick={actions.toggleBoxes}
      >
        <svg viewBox="0 0 24 24" aria-hidden="true" className={styles.eye}>
          <path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z" />
          <circle cx="12" cy="12" r="2.8" />
          <path d="M4 20 20 4" className={styles.strike} />
        </svg>
        Boxes
      </button>
      <IconButton
        name="Keyboard help"
        keys="?"
        onClick={actions.help}
        path="M9 9a3 3 0 1 1 4.2 2.7c-.8.4-1.2 1-1.2 1.8v.5M12 17.5v.1"
      />
    </div>
  );
}

interface IconButtonProps {
  readonly name: string;
  readonly keys: string;
  readonly disabled?: boolean;
  readonly onClick: () => void;
  readonly path: string;
}

function IconButton({ name, keys, disabled = false, onClick, path }: IconButtonProps) {
  return (
    <button
      type="button"
      className={styles.icon}
      aria-label={name}
      aria-keyshortcuts={keys}
      // Stays where it is for the keyboard, which would lose its place otherwise.
      aria-disabled={disabled}
      title={`${name} (${keys})`}
      onClick={disabled ? undefined : onClick}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path
          d={path}
          fill="none"
          stroke="currentColor"
          strokeWidth="2"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
    </button>
  );
}
