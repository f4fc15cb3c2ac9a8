import { useCallback, useId, useState } from 'react';
import { useChosenFiles } from '../files/use-chosen-files.ts';
import { formatBytes } from '../image/picture-file.ts';
import styles from './choose-file.module.css';
import type { VideoJob } from './video-job.ts';
import { ACCEPT } from './video-problem.ts';
import type { VideoState } from './video-state.ts';

/** Asks for the file that the browser did not keep, and takes no other. */
export function ChooseFile({ job, video }: { job: VideoJob; video: VideoState }) {
  const id = useId();
  const [isOther, setIsOther] = useState(false);

  const give = useCallback(([file]: readonly File[]) => file && setIsOther(!job.giveFile(file)), [job]);
  const chosen = useChosenFiles(give);

  return (
    <span className={styles.choice}>
      <input id={id} className="visually-hidden" type="file" accept={ACCEPT} {...chosen} />
      <label htmlFor={id} className="button">
        Choose the file
      </label>
      {isOther && (
        <span role="alert">
          Not the same file: it was {video.name}, {formatBytes(video.sizeBytes)}.
        </span>
      )}
    </span>
  );
}
