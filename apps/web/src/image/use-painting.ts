import { type RefObject, useLayoutEffect, useMemo, useState } from 'react';
import type { Size } from '../detections/detection.ts';
import type { Emphasis } from '../detections/draw-boxes.ts';
import { paintCanvas } from '../detections/paint-canvas.ts';
import { type PlannedBox, planBoxes } from '../detections/plan-boxes.ts';
import type { DetectionView } from './use-detection-view.ts';
import type { ViewStore } from './view-store.ts';

interface Options {
  readonly image: RefObject<HTMLElement | null>;
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  readonly store: ViewStore;
  readonly view: DetectionView;
  readonly boxesHidden: boolean;
  readonly size: Size | undefined;
}

const NO_BOXES: readonly PlannedBox[] = [];

/** Paints at once when what is shown changes, and at most once per frame of the screen while the picture moves. */
export function usePainting({ image, canvas, store, view, size, boxesHidden }: Options): void {
  const scale = useSettledScale(store);
  const { shown, highlightedId, selectedId } = view;
  const boxes = useMemo(
    () => (size && scale && !boxesHidden ? planBoxes(shown, size, scale) : NO_BOXES),
    [shown, size, scale, boxesHidden],
  );
  useLayoutEffect(() => {
    const emphasis: Emphasis = {
      highlightedId,
      isolated: selectedId !== undefined && selectedId === highlightedId,
    };
    let request = 0;
    function paint() {
      request = 0;
      const now = store.get();
      if (!now) return;
      if (image.current) placeImage(image.current, now);
      if (canvas.current) paintCanvas(canvas.current, now.sight.frame, boxes, now.fit, emphasis);
    }
    paint();
    const unsubscribe = store.subscribe(() => {
      request ||= requestAnimationFrame(paint);
    });
    // The page's typeface may come later than the first picture.
    document.fonts.ready.then(paint);
    return () => {
      unsubscribe();
      cancelAnimationFrame(request);
    };
  }, [store, boxes, highlightedId, selectedId, image, canvas]);
}

function placeImage(
  image: HTMLElement,
  { fit, sight, whole }: NonNullable<ReturnType<ViewStore['get']>>,
): void {
  const [left, top] = fit.area;
  image.style.width = `${sight.picture.width}px`;
  image.style.height = `${sight.picture.height}px`;
  image.style.transform = `translate(${left}px, ${top}px) scale(${fit.scale})`;
  // Seen from so near, the pixels themselves are what one looks for.
  image.style.imageRendering = fit.scale >= 4 && !whole ? 'pixelated' : '';
  image.parentElement?.toggleAttribute('data-zoomed', !whole);
}

/** The scale, once it has stopped changing: labels find new places then, and not on the way. */
function useSettledScale(store: ViewStore): number | undefined {
  const [scale, setScale] = useState<number>();
  useLayoutEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const settle = () => setScale(store.get()?.fit.scale);
    settle();
    const unsubscribe = store.subscribe(() => {
      clearTimeout(timer);
      timer = setTimeout(settle, SETTLE_MS);
    });
    return () => {
      unsubscribe();
      clearTimeout(timer);
    };
  }, [store]);
  return scale;
}

const SETTLE_MS = 100;
