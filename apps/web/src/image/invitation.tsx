import { ChooseFiles } from '../files/choose-files.tsx';
import { Examples } from './examples.tsx';
import styles from './invitation.module.css';
import { ACCEPT, FORMATS } from './picture-file.ts';

interface Props {
  readonly onFiles: (files: readonly File[]) => void;
}

/** The empty stage: how to bring pictures here. */
export function Invitation({ onFiles }: Props) {
  return (
    <div className={styles.invitation}>
      <svg className={styles.drawing} viewBox="0 0 120 84" aria-hidden="true">
        <path d="M2 20V10a8 8 0 0 1 8-8h12M98 2h12a8 8 0 0 1 8 8v10M118 64v10a8 8 0 0 1-8 8H98M22 82H10a8 8 0 0 1-8-8V64" />
        <path d="M16 66 44 34l20 22 12-13 28 23" />
        <circle cx="82" cy="26" r="7" />
      </svg>
      <p className={styles.lead}>Drop pictures here, or paste one</p>
      <ChooseFiles label="Choose pictures" accept={ACCEPT} primary onFiles={onFiles} />
      <p className={styles.formats}>{FORMATS}. They go to your server and nowhere else.</p>
      <Examples onFiles={onFiles} />
    </div>
  );
}
