import type { Size } from '../detections/detection.ts';
import type { SearchState } from './image-search.ts';
import { formatBytes } from './picture-file.ts';
import styles from './picture-toolbar.module.css';

interface Props {
  readonly state: SearchState;
  /** How many more files came along with the picture. */
  readonly leftOut: number;
  readonly inputId: string;
}

/** Over the stage: which picture this is, and the way to the next one. */
export function PictureToolbar({ state, leftOut, inputId }: Props) {
  if (state.phase === 'empty') {
    return (
      <div className={styles.toolbar}>
        <h2 className={styles.title}>Find objects in a picture</h2>
      </div>
    );
  }
  return (
    <div className={styles.toolbar}>
      <h2 className={styles.title} title={state.picture.file.name}>
        {state.picture.file.name}
      </h2>
      <p className={styles.facts}>{facts(state, leftOut)}</p>
      <label htmlFor={inputId} className={`button ${styles.choose}`} data-choose>
        Choose another
      </label>
    </div>
  );
}

function facts(state: Exclude<SearchState, { phase: 'empty' }>, leftOut: number): string {
  const facts = [formatBytes(state.picture.file.size)];
  if (state.phase === 'found') facts.unshift(formatSize(state.answer.sizePx));
  if (leftOut > 0) facts.push(`the first of ${leftOut + 1} files`);
  return facts.join(' · ');
}

function formatSize({ width, height }: Size): string {
  return `${width} × ${height}`;
}
