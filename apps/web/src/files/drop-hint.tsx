import styles from './drop-hint.module.css';

/** Over the page, while files are dragged across it. */
export function DropHint() {
  return <p className={styles.hint}>Drop anywhere</p>;
}
