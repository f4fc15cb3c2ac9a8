import type { VideoJob } from './video-job.ts';
import styles from './video-progress.module.css';
import type { VideoState } from './video-state.ts';
import { analysisStatus, countFrames, type Status, uploadStatus } from './video-status.ts';

/** How far upload and analysis have come, and the way out. */
export function VideoProgress({ job, video }: { job: VideoJob; video: VideoState }) {
  if (video.phase !== 'running') return <Ended video={video} />;
  const upload = uploadStatus(video);
  return (
    <section className={styles.progress} aria-label="Progress of this video">
      {upload && <Bar name="Upload" status={upload} />}
      <Bar name="Analysis" status={analysisStatus(video)} />
      <button type="button" className="button" onClick={job.cancel}>
        Cancel
      </button>
    </section>
  );
}

function Bar({ name, status: { text, share, detail } }: { name: string; status: Status }) {
  return (
    <div className={styles.step}>
      <p>{text}</p>
      <progress className={styles.bar} aria-label={name} value={share} max={1} />
      <p className={styles.detail}>{detail}</p>
    </div>
  );
}

function Ended({ video: { phase, end, frames, media } }: { video: VideoState }) {
  if (phase !== 'done') return null;
  return (
    <p className={styles.ended}>
      {countFrames(frames.length)} of {(end?.frames ?? 0).toLocaleString('en')} analysed
      {media?.model && `, by ${media.model}`}.
    </p>
  );
}
