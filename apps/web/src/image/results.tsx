import { ConfidenceSlider } from '../detections/confidence-slider.tsx';
import type { Detection } from '../detections/detection.ts';
import { DetectionList } from '../detections/detection-list.tsx';
import { countObjects, formatConfidence, tallyByClass } from '../detections/words.ts';
import type { Answer } from './answer.ts';
import styles from './results.module.css';
import { timesInWords } from './times-in-words.ts';
import type { DetectionView } from './use-detection-view.ts';

/** Beside the picture: how many of what, how sure, one by one, and how long it took. */
export function Results({ answer, view }: { answer: Answer; view: DetectionView }) {
  const { shown, minConfidence } = view;
  const [surest] = answer.detections;
  const summary = surest
    ? tallyByClass(shown)
    : `${answer.model} sees nothing in this picture that it knows.`;
  return (
    <>
      <div className={styles.summary}>
        <h2>{countObjects(shown.length)}</h2>
        <p title={summary}>{summary}</p>
      </div>
      {surest && (
        <ConfidenceSlider
          detections={answer.detections}
          value={minConfidence}
          onChange={view.setMinConfidence}
        />
      )}
      {shown.length > 0 && (
        <DetectionList
          detections={shown}
          highlightedId={view.highlightedId}
          selectedId={view.selectedId}
          onHover={view.hover}
          onSelect={view.select}
          onToggle={view.toggle}
        />
      )}
      {shown.length === 0 && <p className={styles.nothing}>{surest && whyNothing(surest, minConfidence)}</p>}
      <p className={styles.times}>
        Answered by {answer.model}. {timesInWords(answer.times)}
      </p>
    </>
  );
}

function whyNothing({ name, confidence }: Detection, minConfidence: number): string {
  const [asked, surest] = [minConfidence, confidence].map(formatConfidence);
  return `Nothing reaches ${asked}. The surest is at ${surest} (${name}): lower the slider to see it.`;
}
