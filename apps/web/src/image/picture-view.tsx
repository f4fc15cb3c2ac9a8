import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Detection, Size } from '../detections/detection.ts';
import { detectionAt } from '../detections/detection-at.ts';
import { isLying } from '../detections/is-lying.ts';
import { useFrameSize } from '../detections/use-frame-size.ts';
import { PREFERRED } from '../shell/use-kept-focus.ts';
import type { Picture } from './picture.ts';
import styles from './picture-view.module.css';
import type { DetectionView } from './use-detection-view.ts';
import { usePainting } from './use-painting.ts';
import { useViewGestures } from './use-view-gestures.ts';
import type { ViewStore } from './view-store.ts';
import { panBy, pointInPicture, reveal } from './viewport.ts';

interface Props {
  readonly picture: Picture;
  readonly view: DetectionView;
  readonly store: ViewStore;
  readonly boxesHidden: boolean;
}

/** Beside a thin box a pointer still means it. CSS pixels. */
const MARGIN_PX = 3;

/** How far an arrow key moves the picture, in CSS pixels. */
const ARROW_PX = 60;

/**
 * A picture under its boxes, to be zoomed and moved. While it is, nothing is drawn by React: the picture gets another
 * transform, the boxes are painted again on their canvas.
 */
export function PictureView({ picture, view, store, boxesHidden }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const image = useRef<HTMLImageElement & HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const frameSize = useFrameSize(frame);
  const [naturalSize, setNaturalSize] = useState<Size>();
  const [unseen, setUnseen] = useState(false);
  const answered = picture.search.phase === 'found' ? picture.search.answer.sizePx : undefined;
  const size = answered ?? naturalSize;
  const hidden = unseen || (answered && naturalSize && isLying(naturalSize, answered));

  useLayoutEffect(() => {
    if (size && frameSize) store.resize(size, frameSize);
  }, [store, size, frameSize]);
  usePainting({ image, canvas, store, view, size, boxesHidden });
  useViewGestures(frame, store, usePointerTargets(view, store));
  useRevealing(view, store);

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <div
      ref={frame}
      className={styles.frame}
      data-testid="frame"
      role="group"
      aria-label={`${picture.file.name}. The arrow keys move it when it is zoomed.`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move what is larger than its frame
      tabIndex={0}
      {...PREFERRED}
      onKeyDown={(event) => moveByKey(event, store)}
    >
      {!hidden && (
        <img
          ref={image}
          className={styles.picture}
          src={picture.url}
          alt={picture.file.name}
          draggable={false}
          onLoad={({ currentTarget: { naturalWidth: width, naturalHeight: height } }) =>
            setNaturalSize({ width, height })
          }
          onError={() => setUnseen(true)}
        />
      )}
      {hidden && answered && (
        <>
          <div ref={image} className={`${styles.picture} ${styles.plate}`} />
          <p className={styles.unseen}>This browser cannot show the file. Here are its boxes.</p>
        </>
      )}
      <canvas ref={canvas} className={styles.boxes} data-testid="boxes" />
    </div>
  );
}

/** Links the pointer with what was found. */
function usePointerTargets({ shown, hover, toggle, select }: DetectionView, store: ViewStore) {
  const latest = useRef(shown);
  useEffect(() => {
    latest.current = shown;
  }, [shown]);
  return useMemo(() => {
    const find = (point: readonly [number, number]) => {
      const now = store.get();
      return now && detectionAt(latest.current, pointInPicture(now.fit, point), MARGIN_PX / now.fit.scale);
    };
    return {
      onPoint: (point: readonly [number, number] | undefined) => hover(point && find(point)?.id),
      onClick(point: readonly [number, number]) {
        const found = find(point);
        if (found) toggle(found.id);
        else select(undefined);
      },
    };
  }, [store, hover, toggle, select]);
}

/** What is selected in the list is brought into sight. */
function useRevealing({ shown, selectedId }: DetectionView, store: ViewStore): void {
  const box = shown.find(({ id }: Detection) => id === selectedId)?.boxXyxy;
  useEffect(() => {
    const now = store.get();
    if (!box || !now || now.whole) return;
    const fit = reveal(now.fit, box, now.sight);
    if (fit !== now.fit) store.set(fit);
  }, [box, store]);
}

function moveByKey(event: React.KeyboardEvent, store: ViewStore): void {
  const step = ARROWS[event.key];
  const now = store.get();
  if (!step || !now || now.whole || event.target !== event.currentTarget) return;
  event.preventDefault();
  store.set(panBy(now.fit, step[0] * ARROW_PX, step[1] * ARROW_PX, now.sight));
}

/** An arrow moves the look, so the picture goes the other way. */
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [1, 0],
  ArrowRight: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};
