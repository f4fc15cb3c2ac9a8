import type { ReactNode } from 'react';
import { shortPath } from '../files/path-names.ts';
import styles from './toolbar.module.css';

interface Props {
  /** What is in front, a file's name or its path; else what the stage is for. */
  readonly name: string;
  readonly facts?: string;
  /** Buttons. */
  readonly children?: ReactNode;
}

/** Over a stage: which file this is, what can be done with it, and the way to more. */
export function Toolbar({ name, facts, children }: Props) {
  return (
    <div className={styles.toolbar}>
      <div className={styles.about}>
        <h2 className={styles.title} title={name}>
          {shortPath(name)}
        </h2>
        {facts && <p className={styles.facts}>{facts}</p>}
      </div>
      {children}
    </div>
  );
}
