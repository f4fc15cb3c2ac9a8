import { memo, useEffect, useRef, useState } from 'react';
import { classColor } from '../detections/class-color.ts';
import type { AnalysedFrame } from '../uploads/analysis-event.ts';
import styles from './frame-gallery.module.css';
import type { Stills } from './stills.ts';
import { useObjectUrl } from './use-object-url.ts';

interface Props {
  readonly frame: AnalysedFrame;
  /** Undefined for a video that is not shown: the server's small pictures stand in, else empty plates. */
  readonly stills: Stills | undefined;
}

/** One frame as a small picture under its boxes, drawn when it comes into view. */
export const Still = memo(function Still({ frame, stills }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [drawn, setDrawn] = useState(false);
  const { width, height, timeMs, detections, thumbnail } = frame;
  const url = useObjectUrl(thumbnail);
  useEffect(() => {
    const element = canvas.current;
    if (!element || !stills) return;
    const stop = new AbortController();
    const watch = new IntersectionObserver(([entry]) => {
      if (!entry?.isIntersecting) return;
      watch.disconnect();
      stills.draw(element, timeMs, stop.signal).then(setDrawn, () => {});
    });
    watch.observe(element);
    return () => {
      watch.disconnect();
      stop.abort();
    };
  }, [stills, timeMs]);
  return (
    <span className={styles.still} data-drawn={drawn || undefined}>
      {url && <img src={url} alt="" onLoad={() => setDrawn(true)} />}
      <canvas ref={canvas} width={STILL_WIDTH_PX} height={Math.round((STILL_WIDTH_PX * height) / width)} />
      <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
        {!stills && !url && <rect className={styles.plate} width={width} height={height} />}
        {detections.map(({ id, classId, boxXyxy: [left, top, right, bottom] }) => (
          <rect
            key={id}
            x={left}
            y={top}
            width={right - left}
            height={bottom - top}
            stroke={classColor(classId)}
          />
        ))}
      </svg>
    </span>
  );
});

const STILL_WIDTH_PX = 320;
