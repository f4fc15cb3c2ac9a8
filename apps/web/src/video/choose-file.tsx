import { type ChangeEvent, useId, useState } from 'react';
import { formatBytes } from '../image/picture-file.ts';
import styles from './choose-file.module.css';
import type { VideoJob } from './video-job.ts';
import { ACCEPT } from './video-problem.ts';
import type { VideoState } from './video-state.ts';

/** Asks for the file that the browser did not keep, and takes no other. */
export function ChooseFile({ job, video }: { job: VideoJob; video: VideoState }) {
  const id = useId();
  const [isOther, setIsOther] = useState(false);

  function onChoose({ target }: ChangeEvent<HTMLInputElement>) {
    const file = target.files?.[0];
    if (file) setIsOther(!job.giveFile(file));
    // The same file can be chosen again.
    target.value = '';
  }

  return (
    <span className={styles.choice}>
      <input id={id} className="visually-hidden" type="file" accept={ACCEPT} onChange={onChoose} />
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
