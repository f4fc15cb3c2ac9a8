import { useId } from 'react';
import styles from './confidence-slider.module.css';

interface Props {
  /** Intersection over union, 0 to 1. */
  readonly value: number;
  readonly onChange: (value: number) => void;
}

/** Chooses how much two boxes of one class may overlap before the less sure one is left out. */
export function OverlapSlider({ value, onChange }: Props) {
  const id = useId();
  return (
    <div className={styles.slider}>
      <label htmlFor={id} title="Of two boxes of one class that overlap more, only the surer is shown">
        Overlap at most (IoU)
      </label>
      {/* Read out as the slider's own text already. */}
      <span className={styles.value} aria-hidden="true">
        {formatIou(value)}
      </span>
      <input
        id={id}
        type="range"
        min={10}
        max={95}
        step={5}
        value={Math.round(value * 100)}
        aria-valuetext={formatIou(value)}
        onChange={(event) => onChange(Number(event.target.value) / 100)}
      />
    </div>
  );
}

function formatIou(value: number): string {
  return value.toFixed(2);
}
