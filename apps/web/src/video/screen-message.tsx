import { HandOver } from '../shell/hand-over.tsx';
import type { Tab } from '../shell/tab.ts';
import { ChooseFile } from './choose-file.tsx';
import styles from './screen-message.module.css';
import type { VideoJob } from './video-job.ts';
import type { VideoState } from './video-state.ts';

interface Props {
  readonly job: VideoJob;
  readonly video: VideoState;
  /** Hands what belongs in another tab over to it. */
  readonly onHandOver: (tab: Tab) => void;
}

/** Over the video: why it does not go on, and what to do. What was found before stays in view. */
export function ScreenMessage({ job, video, onHandOver }: Props) {
  const { phase, problem, frames } = video;
  const small = frames.length > 0 || undefined;
  if (phase === 'cancelled') {
    return (
      <div className={styles.message} data-small={small}>
        <h3>Cancelled</h3>
        <p>
          {small ? 'What was found before is kept.' : 'This video was not analysed.'} The server has deleted
          its copy.
        </p>
        <button type="button" className="button" onClick={job.resume}>
          Go on
        </button>
      </div>
    );
  }
  if (problem) {
    return (
      <div className={styles.message} data-small={small} role="alert">
        <h3>{problem.title}</h3>
        <p>{problem.advice}</p>
        {problem.serverSays && (
          <p className={styles.quote}>
            The server says: <q>{problem.serverSays}</q>
          </p>
        )}
        {problem.canRetry && (
          <button type="button" className="button" onClick={job.resume}>
            Try again
          </button>
        )}
        {problem.belongsIn && <HandOver tab={problem.belongsIn} onHandOver={onHandOver} />}
        {phase === 'needs-file' && <ChooseFile job={job} video={video} />}
      </div>
    );
  }
  return null;
}
