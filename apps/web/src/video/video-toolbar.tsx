import { shortPath } from '../files/path-names.ts';
import { formatBytes } from '../image/picture-file.ts';
import type { VideoState } from './video-state.ts';
import styles from './video-toolbar.module.css';
import { formatClock } from './words.ts';

interface Props {
  readonly video: VideoState | undefined;
  readonly inputId: string;
  readonly onForget: () => void;
}

/** Over the stage: which video this is, and the way to more of them. */
export function VideoToolbar({ video, inputId, onForget }: Props) {
  if (!video) {
    return (
      <div className={styles.toolbar}>
        <h2 className={styles.title}>Find objects in videos</h2>
      </div>
    );
  }
  return (
    <div className={styles.toolbar}>
      <h2 className={styles.title} title={video.name}>
        {shortPath(video.name)}
      </h2>
      <p className={styles.facts}>{facts(video)}</p>
      <button type="button" className={`button ${styles.action}`} onClick={onForget}>
        Forget
      </button>
      <label htmlFor={inputId} className={`button ${styles.action}`} data-choose>
        Add videos
      </label>
    </div>
  );
}

function facts({ sizeBytes, media }: VideoState): string {
  const facts = [formatBytes(sizeBytes)];
  if (media && media.declaredMs > 0) facts.unshift(formatClock(media.declaredMs));
  if (media) facts.unshift(`${media.width} × ${media.height}`);
  return facts.join(' · ');
}
