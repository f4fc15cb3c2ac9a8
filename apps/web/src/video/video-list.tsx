import { useVideoState } from './use-video-library.ts';
import type { VideoJob } from './video-job.ts';
import type { VideoLibrary } from './video-library.ts';
import styles from './video-list.module.css';
import { shortStatus } from './video-status.ts';

interface Props {
  readonly jobs: readonly VideoJob[];
  readonly selectedId: string | undefined;
  readonly library: VideoLibrary;
}

/** All videos and where each stands; nothing while there is only one. */
export function VideoList({ jobs, selectedId, library }: Props) {
  if (jobs.length < 2) return null;
  return (
    <ul className={styles.list} aria-label="Videos">
      {jobs.map((job) => (
        <VideoRow key={job.id} job={job} current={job.id === selectedId} onSelect={library.select} />
      ))}
    </ul>
  );
}

interface RowProps {
  readonly job: VideoJob;
  readonly current: boolean;
  readonly onSelect: (id: string) => void;
}

function VideoRow({ job, current, onSelect }: RowProps) {
  const video = useVideoState(job);
  if (!video) return null;
  const { text, share } = shortStatus(video);
  return (
    <li data-testid="video-row" data-phase={video.phase}>
      <button type="button" aria-current={current || undefined} onClick={() => onSelect(job.id)}>
        <span className={styles.name}>{video.name}</span>
        <span className={styles.status}>{text}</span>
        {share !== undefined && <progress className={styles.bar} value={share} max={1} aria-hidden="true" />}
      </button>
    </li>
  );
}
