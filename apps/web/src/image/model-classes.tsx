import { classColor } from '../detections/class-color.ts';
import type { ServedModel } from '../server/server-status.ts';
import styles from './model-classes.module.css';

interface Props {
  /** Undefined until the server has named it. */
  readonly model: ServedModel | undefined;
  readonly searching: boolean;
}

/** Beside the stage while there is no result: what the model can find at all, in the colours of its boxes. */
export function ModelClasses({ model, searching }: Props) {
  if (searching) return <Placeholder />;
  if (!model) {
    return (
      <>
        <h2 className={styles.title}>What can be found</h2>
        <p className={styles.waiting}>
          The server’s model decides. Its list appears here once the server is ready.
        </p>
      </>
    );
  }
  return (
    <>
      <h2 className={styles.title}>What {model.name} can find</h2>
      <ul
        className={styles.classes}
        aria-label={`Classes of ${model.name}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls when the window is low, also by keyboard
        tabIndex={0}
      >
        {model.classes.map((name, classId) => (
          <li key={classId}>
            <svg viewBox="0 0 8 8" aria-hidden="true">
              <rect width="8" height="8" rx="2" fill={classColor(classId)} />
            </svg>
            {name}
          </li>
        ))}
      </ul>
    </>
  );
}

/** Holds the place of the results that are on their way. */
function Placeholder() {
  return (
    <div className={styles.placeholder} aria-hidden="true">
      <span />
      <span />
      <span />
      <span />
    </div>
  );
}
