import { useRef, useState } from 'react';
import { BoxOverlay } from '../detections/box-overlay.tsx';
import { useFrameSize } from '../detections/use-frame-size.ts';
import type { ImageSearch, SearchState } from './image-search.ts';
import { Invitation } from './invitation.tsx';
import styles from './picture-stage.module.css';
import { Cancelled, Failed, Searching } from './stage-messages.tsx';
import type { DetectionView } from './use-detection-view.ts';

interface Props {
  readonly state: SearchState;
  readonly search: ImageSearch;
  readonly view: DetectionView;
  readonly inputId: string;
  /** Whether files are being dragged over the page. */
  readonly dragging: boolean;
}

/** Where the picture is shown, whole and as large as there is room, under what was found and what happens. */
export function PictureStage({ state, search, view, inputId, dragging }: Props) {
  return (
    <div
      className={styles.stage}
      data-dragging={dragging || undefined}
      data-phase={state.phase}
      data-testid="stage"
    >
      {state.phase === 'empty' ? (
        <Invitation inputId={inputId} />
      ) : (
        <PictureFrame key={state.picture.url} state={state} view={view} />
      )}
      {state.phase === 'searching' && <Searching onCancel={search.cancel} />}
      {state.phase === 'cancelled' && <Cancelled onRetry={search.retry} />}
      {state.phase === 'failed' && <Failed problem={state.problem} onRetry={search.retry} />}
      {dragging && <p className={styles.drop}>Drop it anywhere</p>}
    </div>
  );
}

interface FrameProps {
  readonly state: Exclude<SearchState, { phase: 'empty' }>;
  readonly view: DetectionView;
}

function PictureFrame({ state, view }: FrameProps) {
  const frame = useRef<HTMLDivElement>(null);
  const size = useFrameSize(frame);
  const [unseen, setUnseen] = useState(false);
  const { file, url } = state.picture;
  return (
    <div className={styles.frame} ref={frame}>
      {!unseen && (
        <img className={styles.picture} src={url} alt={file.name} onError={() => setUnseen(true)} />
      )}
      {unseen && state.phase === 'found' && (
        <p className={styles.unseen}>This browser cannot show the file. Here are its boxes.</p>
      )}
      {state.phase === 'found' && size && (
        <BoxOverlay
          detections={view.shown}
          picture={state.answer.sizePx}
          unseen={unseen}
          frame={size}
          highlightedId={view.highlightedId}
          onHover={view.hover}
          onSelect={view.toggle}
        />
      )}
    </div>
  );
}
