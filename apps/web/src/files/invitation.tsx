import type { ReactNode } from 'react';
import { type Example, Examples } from './examples.tsx';
import styles from './invitation.module.css';

interface Props {
  /** What is drawn in the frame, as paths of 120 × 84. */
  readonly drawing: ReactNode;
  readonly lead: string;
  /** What can be brought, for people. */
  readonly formats: string;
  readonly examples: readonly Example[];
  readonly onFiles: (files: readonly File[]) => void;
  /** What opens the browser's dialog. */
  readonly children: ReactNode;
}

/** The empty stage: how to bring files here. */
export function Invitation({ drawing, lead, formats, examples, onFiles, children }: Props) {
  return (
    <div className={styles.invitation}>
      <svg className={styles.drawing} viewBox="0 0 120 84" aria-hidden="true">
        <path d="M2 20V10a8 8 0 0 1 8-8h12M98 2h12a8 8 0 0 1 8 8v10M118 64v10a8 8 0 0 1-8 8H98M22 82H10a8 8 0 0 1-8-8V64" />
        {drawing}
      </svg>
      <p className={styles.lead}>{lead}</p>
      {children}
      <p className={styles.muted}>{formats}. They go to your server and nowhere else.</p>
      <Examples examples={examples} onFiles={onFiles} />
    </div>
  );
}
