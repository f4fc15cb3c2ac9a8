import { Message, ProblemMessage } from '../problems/message.tsx';
import type { Tab } from '../shell/tab.ts';
import { ChooseFile } from './choose-file.tsx';
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
  const small = frames.length > 0;
  if (phase === 'cancelled') {
    return (
      <Message title="Cancelled" small={small}>
        <p>
          {small ? 'What was found before is kept.' : 'This video was not analysed.'} The server has deleted
          its copy.
        </p>
        <button type="button" className="button" onClick={job.resume}>
          Go on
        </button>
      </Message>
    );
  }
  if (!problem) return null;
  return (
    <ProblemMessage {...{ problem, small, onHandOver }} onRetry={job.resume}>
      {phase === 'needs-file' && <ChooseFile job={job} video={video} />}
    </ProblemMessage>
  );
}
