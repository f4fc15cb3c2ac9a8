import { useId } from 'react';
import styles from './choose-files.module.css';
import { useChosenFiles } from './use-chosen-files.ts';

interface Props {
  /** What it says, and its name. */
  readonly label: string;
  /** What the browser's dialog offers. */
  readonly accept: string;
  readonly primary?: boolean;
  readonly onFiles: (files: readonly File[]) => void;
}

/** A file input that looks like the page's other buttons. */
export function ChooseFiles({ label, accept, primary = false, onFiles }: Props) {
  const id = useId();
  const chosen = useChosenFiles(onFiles);
  return (
    <span className={styles.choose}>
      <input id={id} className="visually-hidden" type="file" multiple accept={accept} {...chosen} />
      <label htmlFor={id} className={primary ? 'button primary' : 'button'}>
        {label}
      </label>
    </span>
  );
}
