import { type Dispatch, type SetStateAction, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import type { Tab } from '../shell/tab.ts';
import { samplingGapMs } from './frame-at-time.ts';
import { createFrameFilter } from './frame-filter.ts';
import { FrameGallery } from './frame-gallery.tsx';
import { FramePanel } from './frame-panel.tsx';
import { Screen } from './screen.tsx';
import { Timeline } from './timeline.tsx';
import { useDurationMs } from './use-duration.ts';
import { usePlayer } from './use-player.ts';
import { usePointing } from './use-pointed.ts';
import { VideoCounts } from './video-counts.tsx';
import type { VideoJob } from './video-job.ts';
import styles from './video-panel.module.css';
import { VideoProgress } from './video-progress.tsx';
import type { VideoState } from './video-state.ts';
import { isRefused, videoDurationMs } from './video-status.ts';
import type { AnalysisSettings } from './video-store.ts';
import type { ViewSettings } from './view-settings.ts';

interface Props {
  readonly job: VideoJob;
  readonly video: VideoState;
  readonly active: boolean;
  readonly view: ViewSettings;
  readonly onView: Dispatch<SetStateAction<ViewSettings>>;
  /** The place for what is beside the video; null until it is on the page. */
  readonly beside: HTMLElement | null;
  /** The names of the model's classes, by id. */
  readonly modelClasses: readonly string[];
  readonly onSettings: (settings: AnalysisSettings) => void;
  /** Hands what belongs in another tab over to it. */
  readonly onHandOver: (tab: Tab) => void;
}

/** One video: played, with its boxes, its timeline, its frames and its numbers. */
export function VideoView(props: Props) {
  const { job, video, active, view, onView, beside, modelClasses, onSettings, onHandOver } = props;
  const [element, setElement] = useState<HTMLVideoElement | null>(null);
  const pictured = video.playable && video.url !== undefined;
  const player = usePlayer(job, pictured ? element : null, video.file);
  const { filter, boxesHidden, onlyWithObjects } = view;
  const toggleBoxes = useCallback(
    () => onView((now) => ({ ...now, boxesHidden: !now.boxesHidden })),
    [onView],
  );
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
        boxesHidden={boxesHidden}
        onToggleBoxes={toggleBoxes}
        onHandOver={onHandOver}
      />
      {!isRefused(video) && <Timeline {...shared} durationMs={durationMs} />}
      <div className={styles.below}>
        <VideoCounts frames={frames} player={player} />
        <FrameGallery
          {...shared}
          onlyWithObjects={onlyWithObjects}
          onOnlyWithObjects={(only) => onView((now) => ({ ...now, onlyWithObjects: only }))}
          onChoose={showStage}
        />
      </div>
      {beside &&
        createPortal(
          <>
            <VideoProgress job={job} video={video} />
            <FramePanel
              {...shared}
              job={job}
              element={pictured ? element : null}
              filter={filter}
              onFilter={(next) => onView((now) => ({ ...now, filter: next }))}
              pointing={pointing}
              modelClasses={modelClasses}
              onSettings={onSettings}
            />
          </>,
          beside,
        )}
    </>
  );
}
