import type { MouseEvent } from 'react';
import styles from './class-chips.module.css';
import { classColor } from './class-color.ts';
import { ALL_CLASSES, type ClassChoice, type ClassCount } from './filter-detections.ts';

interface Props {
  /** Of all classes, whichever are chosen. */
  readonly counts: readonly ClassCount[];
  readonly chosen: ClassChoice;
  readonly onChoose: (classes: ClassChoice) => void;
}

/**
 * The classes with their counts. A press shows that class alone, another one all again; with Shift, Ctrl or Cmd a class
 * joins those that are shown, or leaves them.
 */
export function ClassChips({ counts, chosen, onChoose }: Props) {
  const known = new Set(counts.map(({ classId }) => classId));
  const unseen = [...chosen].filter((classId) => !known.has(classId));
  return (
    <fieldset className={styles.chips} aria-label="Classes shown">
      {counts.map(({ classId, name, count }) => (
        <button
          key={classId}
          type="button"
          className={styles.chip}
          aria-pressed={chosen.has(classId)}
          data-left-out={(chosen.size > 0 && !chosen.has(classId)) || undefined}
          title={`Show ${name} alone; with Shift, in addition`}
          onClick={(event) => onChoose(nextChoice(chosen, classId, event))}
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

function nextChoice(
  chosen: ClassChoice,
  classId: number,
  { shiftKey, ctrlKey, metaKey }: MouseEvent,
): ClassChoice {
  const isAlone = chosen.size === 1 && chosen.has(classId);
  if (!shiftKey && !ctrlKey && !metaKey) return isAlone ? ALL_CLASSES : new Set([classId]);
  const next = new Set(chosen);
  if (!next.delete(classId)) next.add(classId);
  return next;
}
