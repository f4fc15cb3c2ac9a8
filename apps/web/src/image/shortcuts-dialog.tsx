import { useEffect, useRef } from 'react';
import styles from './shortcuts-dialog.module.css';

interface Props {
  readonly singleKeys: boolean;
  readonly setSingleKeys: (on: boolean) => void;
  /** Must stay the same between renders. */
  readonly onClose: () => void;
}

const SHORTCUTS: readonly (readonly [keys: readonly string[], does: string])[] = [
  [['+', '−'], 'Zoom in and out; so does the wheel'],
  [['0'], 'Show all of the picture'],
  [['1'], 'Show it at full size'],
  [['←', '↑', '→', '↓'], 'Move the picture, when it has the focus'],
  [['B'], 'Hide or show all boxes'],
  [['N', 'P'], 'Next and previous picture'],
  [['?'], 'This list'],
];

/** What single keys do, and the switch that turns them off. */
export function ShortcutsDialog({ singleKeys, setSingleKeys, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    element?.addEventListener('close', onClose, { once: true });
    return () => element?.close();
  }, [onClose]);
  return (
    <dialog ref={dialog} className={styles.dialog} aria-labelledby="shortcuts-title">
      <h2 id="shortcuts-title">Keyboard</h2>
      <dl className={styles.list}>
        {SHORTCUTS.map(([keys, does]) => (
          <div key={does} className={styles.row}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <label className={styles.choice}>
        <input
          type="checkbox"
          checked={singleKeys}
          onChange={({ target }) => setSingleKeys(target.checked)}
        />
        Listen to single keys
      </label>
      <form method="dialog">
        <button type="submit" className="button">
          Close
        </button>
      </form>
    </dialog>
  );
}
