import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import type { Tab } from '../shell/tab.ts';
import { samplingGapMs } from './frame-at-time.ts';
import { createFrameFilter, type FrameFilter, NO_FILTER } from './frame-filter.ts';
import { FrameGallery } from './frame-gallery.tsx';
import { FramePanel } from './frame-panel.tsx';
import { createPlayer, createStillPlayer } from './player.ts';
import { Screen } from './screen.tsx';
import { Timeline } from './timeline.tsx';
import { useDurationMs } from './use-duration.ts';
import { usePointing } from './use-pointed.ts';
import { VideoCounts } from './video-counts.tsx';
import type { VideoJob } from './video-job.ts';
import styles from './video-panel.module.css';
import { VideoProgress } from './video-progress.tsx';
import type { VideoState } from './video-state.ts';
import { videoDurationMs } from './video-status.ts';
import type { AnalysisSettings } from './video-store.ts';

interface Props {
  readonly job: VideoJob;
  readonly video: VideoState;
  readonly active: boolean;
  /** The other videos. */
  readonly list: ReactNode;
  /** The names of the model's classes, by id. */
  readonly modelClasses: readonly string[];
  readonly onSettings: (settings: AnalysisSettings) => void;
  /** Hands what belongs in another tab over to it. */
  readonly onHandOver: (tab: Tab) => void;
}

/** One video: played, with its boxes, its timeline, its frames and its numbers. */
export function VideoView(props: Props) {
  const { job, video, active, list, modelClasses, onSettings, onHandOver } = props;
  const [element, setElement] = useState<HTMLVideoElement | null>(null);
  const { file } = video;
  const pictured = video.playable && video.url !== undefined;
  const player = useMemo(() => {
    if (!element || !pictured || !file) return createStillPlayer();
    // What reads files is large, and seldom wanted.
    return createPlayer(element, async (timeMs, by) =>
      (await import('./neighbour-ms.ts')).neighbourMs(file, timeMs, by),
    );
  }, [element, pictured, file]);
  const [filter, setFilter] = useState<FrameFilter>(NO_FILTER);
  const applyFilter = useMemo(() => createFrameFilter(filter), [filter]);
  const frames = useMemo(() => applyFilter(video.frames), [applyFilter, video.frames]);
  const gapMs = samplingGapMs(video.frames, video.settings.everyNth);
  const firstMs = frames[0]?.timeMs;
  useEffect(() => {
    // Without a picture before it, there is nothing to see but the first one.
    if (!pictured && firstMs !== undefined && player.clock.getTimeMs() === 0) player.seek(firstMs);
  }, [pictured, firstMs, player]);
  const stage = useRef<HTMLDivElement>(null);
  const showStage = () => stage.current?.scrollIntoView({ block: 'nearest' });
  const pointing = usePointing();
  // The browser knows it before the server has read anything.
  const durationMs = Math.max(videoDurationMs(video), useDurationMs(element));
  const shared = { video, frames, gapMs, player };
  return (
    <>
      <Screen
        {...shared}
        durationMs={durationMs}
        active={active}
        stage={stage}
        element={element}
        pictured={pictured}
        onElement={setElement}
        pointing={pointing}
        job={job}
        onHandOver={onHandOver}
      />
      <Timeline {...shared} durationMs={durationMs} />
      <div className={styles.below}>
        <VideoCounts frames={frames} player={player} />
        <FrameGallery {...shared} onChoose={showStage} />
      </div>
      <div className={styles.side}>
        {list}
        <VideoProgress job={job} video={video} />
        <FramePanel
          {...shared}
          job={job}
          filter={filter}
          onFilter={setFilter}
          pointing={pointing}
          modelClasses={modelClasses}
          onSettings={onSettings}
        />
      </div>
    </>
  );
}
