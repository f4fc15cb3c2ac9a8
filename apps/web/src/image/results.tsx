import { ConfidenceSlider } from '../detections/confidence-slider.tsx';
import { DetectionList } from '../detections/detection-list.tsx';
import { countObjects, formatConfidence, tallyByClass } from '../detections/words.ts';
import type { Answer } from './answer.ts';
import styles from './results.module.css';
import { timesInWords } from './times-in-words.ts';
import type { DetectionView } from './use-detection-view.ts';

/** Beside the picture: how many of what, how sure, one by one, and how long it took. */
export function Results({ answer, view }: { answer: Answer; view: DetectionView }) {
  const { shown, minConfidence } = view;
  return (
    <>
      <div className={styles.summary}>
        <h2>{countObjects(shown.length)}</h2>
        <p>{tallyByClass(shown)}</p>
      </div>
      {answer.detections.length > 0 && (
        <ConfidenceSlider
          detections={answer.detections}
          value={minConfidence}
          onChange={view.setMinConfidence}
        />
      )}
      {shown.length > 0 ? (
        <DetectionList
          detections={shown}
          highlightedId={view.highlightedId}
          selectedId={view.selectedId}
          onHover={view.hover}
          onSelect={view.select}
          onToggle={view.toggle}
        />
      ) : (
        <p className={styles.nothing}>{whyNothing(answer, minConfidence)}</p>
      )}
      <p className={styles.times}>
        Answered by {answer.model}. {timesInWords(answer.times)}
      </p>
    </>
  );
}

function whyNothing({ detections, model }: Answer, minConfidence: number): string {
  const best = detections[0];
  if (!best) return `${model} sees nothing in this picture that it knows.`;
  return `Nothing is as sure as ${formatConfidence(minConfidence)}; the surest is ${formatConfidence(best.confidence)}, a ${best.name}. Lower the slider to see it.`;
}
