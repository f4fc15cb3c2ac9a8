import type { Dispatch, SetStateAction } from 'react';
import { useDeferredValue } from 'react';
import { ClassChips } from '../detections/class-chips.tsx';
import { ConfidenceSlider } from '../detections/confidence-slider.tsx';
import type { Detection } from '../detections/detection.ts';
import { DetectionList } from '../detections/detection-list.tsx';
import { countByClass } from '../detections/filter-detections.ts';
import { OverlapSlider } from '../detections/overlap-slider.tsx';
import { countObjects, formatConfidence } from '../detections/words.ts';
import { isBeyond } from './answer.ts';
import type { SearchState } from './picture.ts';
import styles from './results.module.css';
import { timesInWords } from './times-in-words.ts';
import type { DetectionView, Filters } from './use-detection-view.ts';

interface Props {
  readonly search: Extract<SearchState, { phase: 'found' }>;
  readonly view: DetectionView;
  readonly filters: Filters;
  readonly onFilter: Dispatch<SetStateAction<Filters>>;
  /** Asks the server about the overlap once more. */
  readonly onAskAgain: () => void;
}

/** Beside the picture: how many of what, how sure, one by one, and how long it took. */
export function Results({ search, view, filters, onFilter, onAskAgain }: Props) {
  const { answer } = search;
  const { all, sure, shown } = view;
  const { minConfidence, iou, classes } = filters;
  // Long lists follow a moment later than the boxes, so that a slider never waits for them.
  const listed = useDeferredValue(shown);
  const [surest] = all;
  const change = (part: Partial<Filters>) => onFilter((now) => ({ ...now, ...part }));
  if (!surest) return <NothingAtAll answer={answer} />;
  return (
    <>
      <h2 className={styles.count} data-testid="count" data-count={shown.length}>
        {countObjects(shown.length)}
        {shown.length < sure.length && <span> of {sure.length.toLocaleString('en')}</span>}
      </h2>
      <ConfidenceSlider
        detections={all}
        value={minConfidence}
        onChange={(next) => change({ minConfidence: next })}
      />
      <OverlapSlider value={iou} onChange={(next) => change({ iou: next })} />
      <ClassChips
        counts={countByClass(sure)}
        chosen={classes}
        onChoose={(next) => change({ classes: next })}
      />
      <AgainNotice {...{ search, filters, onAskAgain }} />
      {listed.length > 0 ? (
        <DetectionList
          detections={listed}
          highlightedId={view.highlightedId}
          selectedId={view.selectedId}
          onHover={view.hover}
          onSelect={view.select}
          onToggle={view.toggle}
        />
      ) : (
        <p className={styles.nothing}>{whyNothing(surest, sure, minConfidence)}</p>
      )}
      <Times answer={answer} />
    </>
  );
}

function NothingAtAll({ answer }: Pick<Props['search'], 'answer'>) {
  return (
    <>
      <h2 className={styles.count}>No objects</h2>
      <p className={styles.nothing}>{answer.model} sees nothing in this picture that it knows.</p>
      <Times answer={answer} />
    </>
  );
}

function Times({ answer }: Pick<Props['search'], 'answer'>) {
  return (
    <p className={styles.times}>
      Answered by {answer.model}. {timesInWords(answer.times)}
    </p>
  );
}

/** Where the page cannot know by itself: that the server is asked, and how that went. */
function AgainNotice({ search, filters, onAskAgain }: Pick<Props, 'search' | 'filters' | 'onAskAgain'>) {
  const { answer, again } = search;
  if (filters.minConfidence >= answer.completeFrom) return null;
  const limit = formatConfidence(answer.completeFrom);
  const failure = again !== 'asking' && again?.iou === filters.iou ? again : undefined;
  const text = failure
    ? `The server was asked about this setting, in vain: ${failure.problem.title.toLowerCase()}. Boxes below ${limit} may be missing.`
    : isBeyond(answer, filters.minConfidence, filters.iou)
      ? `Here are more boxes than the server lists at once. It is being asked about this setting …`
      : `Below ${limit} the server lists too many boxes at once, so it was asked about this setting.`;
  return (
    <div className={styles.again}>
      <p role="status" aria-label="Asking again">
        {text}
      </p>
      {failure && (
        <button type="button" className="button" onClick={onAskAgain}>
          Ask again
        </button>
      )}
    </div>
  );
}

function whyNothing(surest: Detection, sure: readonly Detection[], minConfidence: number): string {
  if (sure.length > 0) return 'Nothing of the chosen classes. Choose another one, or all of them.';
  const { name, confidence } = surest;
  const [asked, best] = [minConfidence, confidence].map(formatConfidence);
  return `Nothing reaches ${asked}. The surest is at ${best} (${name}): lower the slider to see it.`;
}
