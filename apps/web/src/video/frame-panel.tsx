import { useMemo } from 'react';
import { ClassChips } from '../detections/class-chips.tsx';
import { ConfidenceSlider } from '../detections/confidence-slider.tsx';
import { DetectionList } from '../detections/detection-list.tsx';
import { ALL_CLASSES } from '../detections/filter-detections.ts';
import { countObjects, tallyByClass } from '../detections/words.ts';
import { SettledStatus } from '../shell/settled-status.tsx';
import type { AnalysedFrame } from '../uploads/analysis-event.ts';
import { AnalysisForm } from './analysis-form.tsx';
import { ExportMenu } from './export-menu.tsx';
import { neighbourOf } from './frame-at-time.ts';
import { countFramesByClass, createFrameFilter, type FrameFilter } from './frame-filter.ts';
import styles from './frame-panel.module.css';
import type { Player } from './player.ts';
import { useKnownFrame } from './use-known-frame.ts';
import { usePaused } from './use-paused.ts';
import { type Pointing, usePointed } from './use-pointed.ts';
import type { VideoJob } from './video-job.ts';
import type { VideoState } from './video-state.ts';
import type { AnalysisSettings } from './video-store.ts';
import { formatClock } from './words.ts';

interface Props {
  readonly job: VideoJob;
  readonly video: VideoState;
  /** As they are filtered. */
  readonly frames: readonly AnalysedFrame[];
  readonly gapMs: number;
  readonly player: Player;
  /** Null for a video that is not played. */
  readonly element: HTMLVideoElement | null;
  /** The names of the model's classes, by id. */
  readonly modelClasses: readonly string[];
  readonly filter: FrameFilter;
  readonly pointing: Pointing;
  readonly onFilter: (filter: FrameFilter) => void;
  readonly onSettings: (settings: AnalysisSettings) => void;
}

/** Beside the video: what passes the filters, what is in this picture, how it is analysed, and what to take away. */
export function FramePanel(props: Props) {
  const { job, video, frames, gapMs, player, modelClasses, filter, pointing, onFilter, onSettings } = props;
  const paused = usePaused(props.element);
  const { minConfidence, classes } = filter;
  const present = useMemo(
    () => countFramesByClass(createFrameFilter({ minConfidence, classes: ALL_CLASSES })(video.frames)),
    [video.frames, minConfidence],
  );
  const known = useKnownFrame(player.clock, frames, gapMs);
  const unfiltered = useKnownFrame(player.clock, video.frames, gapMs);
  const pointed = usePointed(pointing, known?.frame.frame ?? 0);
  const shown = known?.frame.detections ?? [];
  return (
    <>
      {video.frames.length > 0 && (
        <div className={styles.filters}>
          <ConfidenceSlider
            detections={unfiltered?.frame.detections ?? []}
            value={minConfidence}
            onChange={(value) => onFilter({ ...filter, minConfidence: value })}
          />
          <ClassChips
            counts={present}
            chosen={classes}
            onChoose={(next) => onFilter({ ...filter, classes: next })}
          />
        </div>
      )}
      <div className={styles.now}>
        {/* Who steps from frame to frame hears of each; while it plays, nobody could follow. */}
        <SettledStatus
          label="Frame"
          text={known && paused ? `${countObjects(shown.length)}. ${belonging(known)}` : ''}
        />
        <h3>{known ? countObjects(shown.length) : 'Not analysed here'}</h3>
        <p>{known ? belonging(known) : nothingWords(video)}</p>
        {!known && <ShowFrame frames={frames} player={player} />}
        {shown.length > 0 && (
          <div className={styles.list}>
            <DetectionList
              detections={shown}
              highlightedId={pointed.highlightedId}
              selectedId={shown.some(({ id }) => id === pointed.selectedId) ? pointed.selectedId : undefined}
              onHover={pointed.hover}
              onSelect={pointed.select}
              onToggle={pointed.toggle}
            />
          </div>
        )}
      </div>
      <div className={styles.foot}>
        <AnalysisForm settings={video.settings} action="Analyse again" onChange={onSettings} />
        <ExportMenu job={job} video={video} frames={frames} gapMs={gapMs} classes={modelClasses} />
      </div>
    </>
  );
}

/** Where nothing is known of the picture, as before the first analysed frame: leads to the nearest that is to come. */
function ShowFrame({ frames, player }: Pick<Props, 'frames' | 'player'>) {
  const nearest = neighbourOf(frames, player.clock.getTimeMs(), 1) ?? frames.at(-1);
  if (!nearest) return null;
  return (
    <button type="button" className={`button ${styles.show}`} onClick={() => player.seek(nearest.timeMs)}>
      Show frame {nearest.frame}
    </button>
  );
}

function belonging({ frame, exact }: { frame: AnalysedFrame; exact: boolean }): string {
  const what = tallyByClass(frame.detections);
  const where = `frame ${frame.frame} at ${formatClock(frame.timeMs, true)}`;
  const tail = what && `: ${what}`;
  return exact ? `In ${where}${tail}` : `Shortly before, in ${where}${tail}`;
}

function nothingWords({ frames }: VideoState): string {
  return frames.length > 0
    ? 'The keys [ and ] lead to frames that are, as do the pictures below.'
    : 'What is found in the frame that is shown is listed here.';
}
