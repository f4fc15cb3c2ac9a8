import type { Size } from '../detections/detection.ts';
import { type Fit, fitPicture } from '../detections/fit-picture.ts';
import { createListeners } from '../shell/listeners.ts';
import { isFarthest, isNearest, isWhole, type Sight, throughFrame, zoomAt } from './viewport.ts';

/** How a picture is looked at. It changes with every move of a hand, so it lives outside of what React draws. */
export interface ViewStore {
  subscribe(listener: () => void): () => void;
  /** Undefined until the sizes are known. */
  get(): View | undefined;
  /** Says how large picture and frame are; the look at the same picture is kept. */
  resize(picture: Size, frame: Size): void;
  set(fit: Fit): void;
  /** Zooms around the middle of the frame. */
  zoomBy(factor: number): void;
  /** To so many CSS pixels per pixel of the picture. */
  zoomTo(scale: number): void;
  showWhole(): void;
}

export interface View {
  readonly fit: Fit;
  readonly sight: Sight;
  readonly whole: boolean;
  /** Whether there is nothing to zoom out of. */
  readonly farthest: boolean;
  /** Whether there is nothing to zoom into. */
  readonly nearest: boolean;
}

export function createViewStore(): ViewStore {
  const listeners = createListeners();
  let view: View | undefined;

  function show(fit: Fit, sight: Sight) {
    const ends = { farthest: isFarthest(fit, sight), nearest: isNearest(fit, sight) };
    view = { fit, sight, whole: isWhole(fit, sight), ...ends };
    listeners.tell();
  }

  function zoomBy(factor: number) {
    if (!view) return;
    const { width, height } = view.sight.frame;
    show(zoomAt(view.fit, factor, [width / 2, height / 2], view.sight), view.sight);
  }

  return {
    subscribe: listeners.subscribe,
    get: () => view,
    resize(picture, frame) {
      const same =
        view && view.sight.picture.width === picture.width && view.sight.picture.height === picture.height;
      const fit = view && same ? throughFrame(view.fit, view.sight, frame) : fitPicture(picture, frame);
      show(fit, { picture, frame });
    },
    set(fit) {
      if (view) show(fit, view.sight);
    },
    zoomBy,
    zoomTo(scale) {
      if (view) zoomBy(scale / view.fit.scale);
    },
    showWhole() {
      if (view) show(fitPicture(view.sight.picture, view.sight.frame), view.sight);
    },
  };
}
