import styles from './class-chips.module.css';
import { classColor } from './class-color.ts';
import { ALL_CLASSES, type ClassChoice, type ClassCount } from './filter-detections.ts';

interface Props {
  /** Of all classes, whichever are chosen. */
  readonly counts: readonly ClassCount[];
  readonly chosen: ClassChoice;
  readonly onChoose: (classes: ClassChoice) => void;
}

/** The classes with their counts. All are shown until some are pressed, then those; each press adds or takes away one. */
export function ClassChips({ counts, chosen, onChoose }: Props) {
  const known = new Set(counts.map(({ classId }) => classId));
  const unseen = [...chosen].filter((classId) => !known.has(classId));
  return (
    <fieldset
      className={styles.chips}
      aria-label={`Classes shown: ${chosen.size === 0 ? 'all' : 'those pressed'}`}
    >
      {counts.map(({ classId, name, count }) => (
        <button
          key={classId}
          type="button"
          className={styles.chip}
          aria-pressed={chosen.has(classId)}
          data-left-out={(chosen.size > 0 && !chosen.has(classId)) || undefined}
          title={titleOf(name, chosen.has(classId), chosen.size)}
          onClick={() => onChoose(withToggled(chosen, classId))}
        >
          <svg viewBox="0 0 8 8" aria-hidden="true">
            <rect width="8" height="8" rx="2" fill={classColor(classId)} />
          </svg>
          {name}
          <span className={styles.count}>{count.toLocaleString('en')}</span>
        </button>
      ))}
      {(chosen.size > 1 || unseen.length > 0) && (
        <button type="button" className={styles.all} onClick={() => onChoose(ALL_CLASSES)}>
          Show all
        </button>
      )}
    </fieldset>
  );
}

function titleOf(name: string, pressed: boolean, chosenCount: number): string {
  if (pressed) return chosenCount === 1 ? 'Show all classes' : `Leave out ${name}`;
  return chosenCount === 0 ? `Show ${name} only` : `Show ${name}, too`;
}

function withToggled(chosen: ClassChoice, classId: number): ClassChoice {
  const next = new Set(chosen);
  if (!next.delete(classId)) next.add(classId);
  return next;
}
