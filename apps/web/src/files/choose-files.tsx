import { type ChangeEvent, useId } from 'react';
import styles from './choose-files.module.css';

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
  function onChange({ target }: ChangeEvent<HTMLInputElement>) {
    onFiles([...(target.files ?? [])]);
    // The same file can be chosen again.
    target.value = '';
  }
  return (
    <span className={styles.choose}>
      <input id={id} className="visually-hidden" type="file" multiple accept={accept} onChange={onChange} />
      <label htmlFor={id} className={primary ? 'button primary' : 'button'}>
        {label}
      </label>
    </span>
  );
}
