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
        <Title name={name} />
        {facts && <p className={styles.facts}>{facts}</p>}
      </div>
      {children}
    </div>
  );
}

/** So many letters of a long name stay at its end, where its number and its ending are. */
const END_LETTERS = 12;
/** Shorter names are never cut in the middle. */
const LONG_LETTERS = 30;

function Title({ name }: { name: string }) {
  const shown = shortPath(name);
  const letters = [...shown];
  const isLong = letters.length > LONG_LETTERS;
  return (
    // The two parts are of one word: without its own label it would be read out as two.
    <h2 className={styles.title} title={name} dir="auto" aria-label={isLong ? shown : undefined}>
      <span className={styles.start}>{isLong ? letters.slice(0, -END_LETTERS).join('') : shown}</span>
      {isLong && <span className={styles.end}>{letters.slice(-END_LETTERS).join('')}</span>}
    </h2>
  );
}
