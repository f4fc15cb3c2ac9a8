import { VideoExamples } from './video-examples.tsx';
import styles from './video-invitation.module.css';
import { FORMATS } from './video-problem.ts';

interface Props {
  readonly inputId: string;
  readonly onFiles: (files: readonly File[]) => void;
}

/** The empty stage: how to bring a video here. */
export function VideoInvitation({ inputId, onFiles }: Props) {
  return (
    <div className={styles.invitation}>
      <svg className={styles.drawing} viewBox="0 0 120 84" aria-hidden="true">
        <path d="M2 20V10a8 8 0 0 1 8-8h12M98 2h12a8 8 0 0 1 8 8v10M118 64v10a8 8 0 0 1-8 8H98M22 82H10a8 8 0 0 1-8-8V64" />
        <path d="M50 26v32l28-16z" />
      </svg>
      <p className={styles.lead}>Drop a video here, or several</p>
      <label htmlFor={inputId} className="button primary" data-choose>
        Choose videos
      </label>
      <p className={styles.formats}>{FORMATS}. They go to your server and nowhere else.</p>
      <VideoExamples onFiles={onFiles} />
    </div>
  );
}
