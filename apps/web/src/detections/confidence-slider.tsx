import { useId } from 'react';
import { classColor } from './class-color.ts';
import styles from './confidence-slider.module.css';
import type { Detection } from './detection.ts';
import { CONFIDENCE_FLOOR } from './filter-detections.ts';
import { formatConfidence } from './words.ts';

interface Props {
  /** All that were found; each is a tick over the slider. */
  readonly detections: readonly Detection[];
  /** 0 to 1. */
  readonly value: number;
  readonly onChange: (value: number) => void;
}

const MIN_PERCENT = CONFIDENCE_FLOOR * 100;
const MAX_PERCENT = 95;

/** Chooses how sure a detection must be to be shown; the ticks say how many each step would cost. */
export function ConfidenceSlider({ detections, value, onChange }: Props) {
  const id = useId();
  const percent = Math.round(value * 100);
  return (
    <div className={styles.slider}>
      <label htmlFor={id}>Confidence at least</label>
      {/* Read out as the slider's own text already. */}
      <span className={styles.value} aria-hidden="true">
        {formatConfidence(value)}
      </span>
      <svg className={styles.ticks} viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
        {detections.map((detection) => (
          <line
            key={detection.id}
            {...tickAt(detection.confidence)}
            stroke={classColor(detection.classId)}
            data-below={detection.confidence < value || undefined}
          />
        ))}
      </svg>
      <input
        id={id}
        type="range"
        min={MIN_PERCENT}
        max={MAX_PERCENT}
        step={1}
        value={percent}
        aria-valuetext={formatConfidence(value)}
        onChange={(event) => onChange(Number(event.target.value) / 100)}
      />
    </div>
  );
}

function tickAt(confidence: number) {
  const share = (confidence * 100 - MIN_PERCENT) / (MAX_PERCENT - MIN_PERCENT);
  const x = Math.min(Math.max(share, 0), 1) * 100;
  return { x1: x, x2: x, y1: 0, y2: 10 };
}
