import { useEffect, useMemo } from 'react';
import { BoxOverlay } from '../detections/box-overlay.tsx';
import type { Size } from '../detections/detection.ts';
import { scaleDetections } from '../detections/scale-detections.ts';
import type { AnalysedFrame } from '../uploads/analysis-event.ts';
import type { Player } from './player.ts';
import styles from './screen.module.css';
import { useKnownFrame } from './use-known-frame.ts';
import { type Pointing, usePointed } from './use-pointed.ts';
import { useShownSize } from './use-shown-size.ts';

interface Props {
  /** As they are filtered. */
  readonly frames: readonly AnalysedFrame[];
  readonly gapMs: number;
  readonly player: Player;
  readonly element: HTMLVideoElement | null;
  /** Whether the video itself is shown. */
  readonly pictured: boolean;
  readonly pointing: Pointing;
  /** Of the place where the video is shown, in CSS pixels. */
  readonly size: Size;
}

/** The boxes of the picture on the screen. Those of an earlier picture, where this one was not analysed, are paler. */
export function LiveBoxes({ frames, gapMs, player, size, element, pictured, pointing }: Props) {
  const known = useKnownFrame(player.clock, frames, gapMs);
  const number = known?.frame.frame ?? 0;
  const pointed = usePointed(pointing, number);
  const { setHovered } = pointing;
  // A box that goes away from under the pointer does not tell that it is left.
  useEffect(() => () => setHovered(undefined), [number, setHovered]);
  const shown = useShownSize(element) ?? known?.frame;
  const detections = useMemo(
    () => (known && shown ? scaleDetections(known.frame.detections, known.frame, shown) : []),
    [known, shown],
  );
  if (!known || !shown) return null;
  const { frame, exact } = known;
  const unseen = !pictured && !frame.thumbnail;
  return (
    <div
      className={styles.boxes}
      data-testid="live-boxes"
      data-frame={number}
      data-held={(!exact && (pictured || unseen)) || undefined}
    >
      <BoxOverlay
        detections={detections}
        picture={shown}
        frame={size}
        unseen={unseen}
        highlightedId={pointed.highlightedId}
        onHover={pointed.hover}
        onSelect={pointed.toggle}
      />
    </div>
  );
}
