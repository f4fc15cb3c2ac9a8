import { classColor } from '../detections/class-color.ts';
import styles from './class-chips.module.css';
import type { ClassCount } from './frame-filter.ts';

interface Props {
  readonly classes: readonly ClassCount[];
  readonly hidden: ReadonlySet<number>;
  readonly onChange: (hidden: ReadonlySet<number>) => void;
}

/** Switches classes on and off; each says in how many frames it is. */
export function ClassChips({ classes, hidden, onChange }: Props) {
  function toggle(classId: number) {
    const next = new Set(hidden);
    if (!next.delete(classId)) next.add(classId);
    onChange(next);
  }
  return (
    <ul className={styles.chips} aria-label="Classes">
      {classes.map(({ classId, name, frames }) => (
        <li key={classId}>
          <button type="button" aria-pressed={!hidden.has(classId)} onClick={() => toggle(classId)}>
            <svg viewBox="0 0 12 12" aria-hidden="true">
              <rect width="12" height="12" rx="3" fill={classColor(classId)} />
            </svg>
            {name} <span>{frames}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
