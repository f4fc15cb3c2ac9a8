import { type RefObject, useEffect } from 'react';
import type { ViewStore } from './view-store.ts';
import { panBy, ZOOM_STEP, zoomAt } from './viewport.ts';

type Point = readonly [x: number, y: number];

/** What a pointer does that neither zooms nor moves the picture; in CSS pixels of the frame. */
export interface PointerTargets {
  readonly onPoint: (point: Point | undefined) => void;
  readonly onClick: (point: Point) => void;
}

/** So far a finger may slip and still mean a click. */
const SLIP_PX = 4;

/** How much the scale changes per pixel that the wheel turns; pinching on a touch pad counts as turning it slowly. */
const WHEEL_RATE = 0.0022;
const PINCH_RATE = 0.01;

/**
 * Wheel, pinch, drag and double click on the frame of a picture.
 *
 * @param targets must stay the same between renders
 */
export function useViewGestures(
  frame: RefObject<HTMLElement | null>,
  store: ViewStore,
  targets: PointerTargets,
): void {
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const stop = new AbortController();
    const pointers = createPointers(element, store, targets);
    const { signal } = stop;
    element.addEventListener('wheel', (event) => onWheel(event, element, store), { signal, passive: false });
    element.addEventListener('pointerdown', pointers.down, { signal });
    element.addEventListener('pointermove', pointers.move, { signal });
    element.addEventListener('pointerup', pointers.up, { signal });
    element.addEventListener('pointercancel', pointers.leave, { signal });
    element.addEventListener('pointerleave', pointers.leave, { signal });
    element.addEventListener('dblclick', (event) => onDoubleClick(event, element, store), { signal });
    return () => stop.abort();
  }, [frame, store, targets]);
}

/** Zooms where the wheel is turned, unless the page is what should be scrolled. */
function onWheel(event: WheelEvent, element: HTMLElement, store: ViewStore): void {
  const view = store.get();
  if (!view) return;
  const root = document.documentElement;
  const pageScrolls = root.scrollHeight > root.clientHeight + 1;
  if (view.whole && !event.ctrlKey && (pageScrolls || event.deltaY > 0)) return;
  event.preventDefault();
  const turned = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 16 : event.deltaY;
  const factor = Math.exp(-turned * (event.ctrlKey ? PINCH_RATE : WHEEL_RATE));
  store.set(zoomAt(view.fit, factor, pointIn(element, event), view.sight));
}

/** Closer, or back to all of it. */
function onDoubleClick(event: MouseEvent, element: HTMLElement, store: ViewStore): void {
  const view = store.get();
  if (!view) return;
  if (view.whole) store.set(zoomAt(view.fit, ZOOM_STEP ** 2, pointIn(element, event), view.sight));
  else store.showWhole();
}

function createPointers(element: HTMLElement, store: ViewStore, { onPoint, onClick }: PointerTargets) {
  const down = new Map<number, Point>();
  let start: Point | undefined;
  let moved = false;

  function follow(id: number, to: Point) {
    const view = store.get();
    const from = down.get(id);
    if (!view || !from) return;
    const other = [...down].find(([otherId]) => otherId !== id)?.[1];
    down.set(id, to);
    if (other) store.set(pinched(view, other, from, to));
    else if (moved && !view.whole) store.set(panBy(view.fit, to[0] - from[0], to[1] - from[1], view.sight));
  }

  return {
    down(event: PointerEvent) {
      if (event.button !== 0) return;
      start = pointIn(element, event);
      moved = down.size > 0;
      down.set(event.pointerId, start);
    },
    move(event: PointerEvent) {
      const point = pointIn(element, event);
      if (!down.has(event.pointerId)) return onPoint(event.pointerType === 'touch' ? undefined : point);
      if (start && !moved && distance(start, point) > SLIP_PX) {
        moved = true;
        element.setPointerCapture(event.pointerId);
        element.toggleAttribute('data-moving', true);
        onPoint(undefined);
      }
      follow(event.pointerId, point);
    },
    up(event: PointerEvent) {
      const wasClick = down.delete(event.pointerId) && !moved;
      if (down.size === 0) element.toggleAttribute('data-moving', false);
      if (wasClick) onClick(pointIn(element, event));
    },
    leave(event: PointerEvent) {
      down.delete(event.pointerId);
      if (down.size === 0) element.toggleAttribute('data-moving', false);
      onPoint(undefined);
    },
  };
}

/** What two fingers hold stays under them. */
function pinched(
  { fit, sight }: NonNullable<ReturnType<ViewStore['get']>>,
  other: Point,
  from: Point,
  to: Point,
) {
  const factor = distance(to, other) / Math.max(distance(from, other), 1);
  const middle: Point = [(from[0] + other[0]) / 2, (from[1] + other[1]) / 2];
  const zoomed = zoomAt(fit, factor, middle, sight);
  return panBy(zoomed, (to[0] - from[0]) / 2, (to[1] - from[1]) / 2, sight);
}

function pointIn(element: HTMLElement, { clientX, clientY }: MouseEvent): Point {
  const { left, top } = element.getBoundingClientRect();
  return [clientX - left, clientY - top];
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}
