import { type FocusEvent, type KeyboardEvent, memo, useEffect, useId, useRef } from 'react';
import { nextIndex } from '../keys/next-index.ts';
import { classColor } from './class-color.ts';
import type { Detection } from './detection.ts';
import styles from './detection-list.module.css';
import { scrollWithin } from './scroll-within.ts';
import { formatBox, formatConfidence } from './words.ts';

interface Props {
  /** At least one. */
  readonly detections: readonly Detection[];
  readonly highlightedId: number | undefined;
  readonly selectedId: number | undefined;
  readonly onHover: (id: number | undefined) => void;
  readonly onSelect: (id: number | undefined) => void;
  readonly onToggle: (id: number) => void;
}

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

/** The detections as a list box: one stop of the tab key, then the arrow keys; Escape lets go. */
export function DetectionList({ detections, highlightedId, selectedId, onHover, onSelect, onToggle }: Props) {
  // Both tabs have such a list, and stay on the page.
  const listId = useId();
  const optionId = (id: number) => `${listId}${id}`;
  /** What was selected because the tab key came by, and goes with it. */
  const passing = useRef<number>(undefined);
  useEffect(() => {
    const row = selectedId === undefined ? null : document.getElementById(`${listId}${selectedId}`);
    if (!row) return;
    // Who walks along the rows looks at them; who points at a box looks at the picture.
    if (row.parentElement === document.activeElement) row.scrollIntoView({ block: 'nearest' });
    else scrollWithin(row);
  }, [listId, selectedId]);

  function onKeyDown(event: KeyboardEvent) {
    const current = detections.findIndex(({ id }) => id === selectedId);
    const next = event.key === 'Escape' ? -1 : nextIndex(event.key, current, detections.length, STEPS);
    if (next === undefined) return;
    event.preventDefault();
    passing.current = undefined;
    onSelect(detections[next]?.id);
  }

  /** The tab key lands on the first row; a pointer chooses for itself. */
  function onFocus(event: FocusEvent) {
    if (selectedId !== undefined || !event.currentTarget.matches(':focus-visible')) return;
    passing.current = detections[0]?.id;
    onSelect(passing.current);
  }

  function onBlur() {
    if (passing.current !== undefined && passing.current === selectedId) onSelect(undefined);
    passing.current = undefined;
  }

  return (
    <div
      className={styles.list}
      role="listbox"
      aria-label="Objects found"
      tabIndex={0}
      aria-activedescendant={selectedId === undefined ? undefined : optionId(selectedId)}
      onKeyDown={onKeyDown}
      onFocus={onFocus}
      onBlur={onBlur}
    >
      {detections.map((detection) => (
        <DetectionRow
          key={detection.id}
          id={optionId(detection.id)}
          detection={detection}
          highlighted={detection.id === highlightedId}
          selected={detection.id === selectedId}
          onHover={onHover}
          onToggle={onToggle}
        />
      ))}
    </div>
  );
}

interface RowProps extends Pick<Props, 'onHover' | 'onToggle'> {
  /** Unique on the page. */
  readonly id: string;
  readonly detection: Detection;
  readonly highlighted: boolean;
  readonly selected: boolean;
}

const DetectionRow = memo(function DetectionRow(props: RowProps) {
  const { detection, highlighted, selected, onHover, onToggle } = props;
  const { id, classId, name, confidence, boxXyxy } = detection;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list box listens to the keys
    // biome-ignore lint/a11y/useFocusableInteractive: the list box has the focus and names its active option
    <div
      id={props.id}
      className={styles.row}
      role="option"
      aria-selected={selected}
      data-class={name}
      data-confidence={confidence}
      data-box={boxXyxy.join(' ')}
      data-highlighted={highlighted || undefined}
      onPointerEnter={() => onHover(id)}
      onPointerLeave={() => onHover(undefined)}
      onClick={() => onToggle(id)}
    >
      <svg className={styles.swatch} viewBox="0 0 12 12" aria-hidden="true">
        <rect width="12" height="12" rx="3" fill={classColor(classId)} />
      </svg>
      <span className={styles.name}>{name}</span>
      <span className={styles.confidence}>{formatConfidence(confidence)}</span>
      <span className={styles.box}>{formatBox(detection)}</span>
    </div>
  );
});
