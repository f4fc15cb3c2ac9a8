import { useSyncExternalStore } from 'react';
import type { AnnotatedSource } from '../detections/export/annotated-source.ts';
import { nameWithEnding, saveFile } from '../detections/export/save-file.ts';
import { toCoco } from '../detections/export/to-coco.ts';
import { toCsv } from '../detections/export/to-csv.ts';
import { toJsonLines } from '../detections/export/to-json.ts';
import type { AnalysedFrame } from '../uploads/analysis-event.ts';
import type { CopyState } from './annotated-copy.ts';
import styles from './export-menu.module.css';
import type { VideoJob } from './video-job.ts';
import type { VideoState } from './video-state.ts';

interface Props {
  readonly job: VideoJob;
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
export function ExportMenu({ job, video, frames, gapMs, classes }: Props) {
  const copy = useSyncExternalStore(job.copy.subscribe, job.copy.getState, () => undefined);
  if (frames.length === 0 && copy?.phase !== 'making') return null;

  function save({ ending, type, make }: (typeof FORMATS)[number]) {
    const sources = frames.map((frame): AnnotatedSource => {
      return { ...frame, source: video.name, sizePx: { width: frame.width, height: frame.height } };
    });
    saveFile(nameWithEnding(video.name, ending), new Blob([make(sources, classes)], { type }));
  }
  return (
    <section className={styles.exports} aria-label="Download">
      <h3>Download what is shown</h3>
      <div className={styles.buttons} hidden={frames.length === 0}>
        {FORMATS.map((format) => (
          <button key={format.name} type="button" className="button" onClick={() => save(format)}>
            {format.name}
          </button>
        ))}
      </div>
      <AnnotatedVideo job={job} video={video} frames={frames} gapMs={gapMs} state={copy} />
    </section>
  );
}

/** The video with its boxes drawn in, made here in the browser when it is asked for. */
function AnnotatedVideo({
  job: { copy },
  video,
  frames,
  gapMs,
  state,
}: Omit<Props, 'classes'> & { state: CopyState }) {
  const { file } = video;
  const share = state?.phase === 'making' ? state.share : undefined;
  const hindrance = hindranceWords(video);

  function make() {
    if (file && !hindrance) void copy.make(file, frames, gapMs);
  }

  return (
    <>
      <div className={styles.copy} data-making={share !== undefined || undefined}>
        {share !== undefined && (
          <label>
            Drawing the boxes in, {Math.floor(share * 100)}%
            <progress value={share} max={1} />
          </label>
        )}
        {/* The same button, so that the keyboard keeps its place. */}
        <button
          type="button"
          className="button"
          aria-disabled={share === undefined && hindrance !== undefined}
          onClick={share === undefined ? make : copy.cancel}
        >
          {share === undefined ? 'Video with boxes' : 'Cancel'}
        </button>
      </div>
      <p className={styles.note} role="status">
        {share === undefined && (hindrance ?? outcomeWords(state) ?? limitWords(video))}
      </p>
    </>
  );
}

function hindranceWords({ file, phase }: VideoState): string | undefined {
  if (!file) return 'The video with boxes needs the file, which this browser did not keep.';
  if (phase === 'running') return 'The video with boxes can be made once the analysis has ended.';
  return undefined;
}

/** Of an analysis that ended early. */
function limitWords({ phase }: VideoState): string | undefined {
  return phase === 'done' ? undefined : 'The video with boxes has them as far as it was analysed.';
}

function outcomeWords(state: CopyState): string | undefined {
  if (state?.phase === 'failed') return state.problem;
  return state?.phase === 'made' ? 'The video with boxes is among your downloads.' : undefined;
}
