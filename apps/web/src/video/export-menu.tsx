import { useEffect, useRef, useState } from 'react';
import type { AnnotatedSource } from '../detections/export/annotated-source.ts';
import { nameWithEnding, saveFile } from '../detections/export/save-file.ts';
import { toCoco } from '../detections/export/to-coco.ts';
import { toCsv } from '../detections/export/to-csv.ts';
import { toJsonLines } from '../detections/export/to-json.ts';
import type { AnalysedFrame } from '../uploads/analysis-event.ts';
import styles from './export-menu.module.css';
import type { VideoState } from './video-state.ts';

interface Props {
  readonly video: VideoState;
  /** As they are filtered: what is shown is what is taken away. */
  readonly frames: readonly AnalysedFrame[];
  readonly gapMs: number;
  /** The model's names, by class id. */
  readonly classes: readonly string[];
}

const FORMATS = [
  { name: 'JSON lines', ending: '.jsonl', type: 'application/jsonl', make: toJsonLines },
  { name: 'CSV', ending: '.csv', type: 'text/csv', make: toCsv },
  { name: 'COCO', ending: '-coco.json', type: 'application/json', make: toCoco },
] as const;

/** What was found, to take away: as data, or drawn into the video. */
export function ExportMenu({ video, frames, gapMs, classes }: Props) {
  function save({ ending, type, make }: (typeof FORMATS)[number]) {
    const sources = frames.map((frame): AnnotatedSource => {
      return { ...frame, source: video.name, sizePx: { width: frame.width, height: frame.height } };
    });
    saveFile(nameWithEnding(video.name, ending), new Blob([make(sources, classes)], { type }));
  }
  return (
    <section className={styles.exports} aria-label="Download">
      <h3>Download what is shown</h3>
      <div className={styles.buttons}>
        {FORMATS.map((format) => (
          <button key={format.name} type="button" className="button" onClick={() => save(format)}>
            {format.name}
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
function AnnotatedVideo({ video, frames, gapMs }: Omit<Props, 'classes'>) {
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
    saveFile(nameWithEnding(name, `-boxes${ending}`), made);
    return { done: 'The video with boxes is among your downloads.' };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
