import { classColor } from '../detections/class-color.ts';
import type { ClassChoice, ClassCount } from '../detections/filter-detections.ts';
import styles from './class-chips.module.css';

interface Props {
  readonly classes: readonly ClassCount[];
  readonly chosen: ClassChoice;
  readonly onChange: (chosen: ClassChoice) => void;
}

/** Chooses classes, all while none is chosen; each says in how many frames it is. */
export function ClassChips({ classes, chosen, onChange }: Props) {
  function toggle(classId: number) {
    const next = new Set(chosen);
    if (!next.delete(classId)) next.add(classId);
    onChange(next);
  }
  return (
    <ul className={styles.chips} aria-label="Only these classes" data-choosing={chosen.size > 0 || undefined}>
      {classes.map(({ classId, name, count }) => (
        <li key={classId}>
          <button type="button" aria-pressed={chosen.has(classId)} onClick={() => toggle(classId)}>
            <svg viewBox="0 0 12 12" aria-hidden="true">
              <rect width="12" height="12" rx="3" fill={classColor(classId)} />
            </svg>
            {name} <span>{count}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
