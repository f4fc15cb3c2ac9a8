import { useEffect, useRef, useState } from 'react';
import type { AnalysedFrame } from '../uploads/analysis-event.ts';
import { download, stem } from './download.ts';
import { framesToCoco, framesToCsv, framesToJsonLines } from './export-formats.ts';
import styles from './export-menu.module.css';
import type { VideoState } from './video-state.ts';

interface Props {
  readonly video: VideoState;
  /** As they are filtered: what is shown is what is taken away. */
  readonly frames: readonly AnalysedFrame[];
  readonly gapMs: number;
  readonly unplayable: boolean;
}

const FORMATS = [
  {
    name: 'JSON lines',
    ending: 'jsonl',
    type: 'application/jsonl',
    make: framesToJsonLines,
  },
  {
    name: 'CSV',
    ending: 'csv',
    type: 'text/csv',
    make: (_: string, frames: readonly AnalysedFrame[]) => framesToCsv(frames),
  },
  {
    name: 'COCO',
    ending: 'coco.json',
    type: 'application/json',
    make: framesToCoco,
  },
] as const;

/** What was found, to take away: as data, or drawn into the video. */
export function ExportMenu({ video, frames, gapMs }: Props) {
  return (
    <section className={styles.exports} aria-label="Download">
      <h3>Download what is shown</h3>
      <div className={styles.buttons}>
        {FORMATS.map(({ name, ending, type, make }) => (
          <button
            key={name}
            type="button"
            className="button"
            onClick={() =>
              download(`${stem(video.name)}.${ending}`, new Blob([make(video.name, frames)], { type }))
            }
          >
            {name}
          </button>
        ))}
      </div>
      <AnnotatedVideo video={video} frames={frames} gapMs={gapMs} />
    </section>
  );
}

type Making =
  | { readonly share: number }
  | { readonly problem: string }
  | { readonly done: string }
  | undefined;

/** The video with its boxes drawn in, made here in the browser when it is asked for. */
function AnnotatedVideo({ video, frames, gapMs }: Omit<Props, 'unplayable'>) {
  const [making, setMaking] = useState<Making>();
  const run = useRef<AbortController>(undefined);
  useEffect(() => () => run.current?.abort(), []);
  const { file } = video;

  async function make() {
    if (!file) return;
    const stop = new AbortController();
    run.current = stop;
    setMaking({ share: 0 });
    const next = await makeAndDownload(video.name, file, frames, gapMs, stop.signal, (share) =>
      setMaking({ share }),
    );
    if (!stop.signal.aborted) setMaking(next);
  }

  function cancel() {
    run.current?.abort();
    setMaking(undefined);
  }

  if (making && 'share' in making) {
    return (
      <div className={styles.making}>
        <label>
          Drawing the boxes in, {Math.floor(making.share * 100)}%
          <progress value={making.share} max={1} />
        </label>
        <button type="button" className="button" onClick={cancel}>
          Cancel
        </button>
      </div>
    );
  }
  return (
    <>
      <button type="button" className="button" aria-disabled={!file} onClick={make}>
        Video with boxes
      </button>
      <p className={styles.note} role="status">
        {making && 'problem' in making && making.problem}
        {making && 'done' in making && making.done}
        {!file && 'The video with boxes needs the file, which this browser did not keep.'}
      </p>
    </>
  );
}

async function makeAndDownload(
  name: string,
  file: File,
  frames: readonly AnalysedFrame[],
  gapMs: number,
  signal: AbortSignal,
  onProgress: (share: number) => void,
): Promise<Making> {
  try {
    const { annotateVideo } = await import('./annotate-video.ts');
    const made = await annotateVideo({ file, frames, gapMs, signal, onProgress });
    const ending = made.name.slice(made.name.lastIndexOf('.'));
    download(`${stem(name)}.boxes${ending}`, made);
    return { done: 'The video with boxes is among your downloads.' };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
