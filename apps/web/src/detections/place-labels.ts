import type { Box, Size } from './detection.ts';

/** Where a label goes, at any scale; `crowded` when every place for it is (partly) taken by the labels of surer boxes. */
export interface LabelPlace {
  /** Which of the places around its box, see `labelBox`. */
  readonly place: number;
  readonly crowded: boolean;
}

/** What is to have a label. */
export interface Labelled {
  readonly box: Box;
  /** The label's size, in the box's unit. */
  readonly label: Size;
}

/** How many places there are around a box, and which of them lie in it. */
const PLACES = 10;
const INSIDE = [2, 3, 6, 7];

/** A label goes only into boxes that are wide enough and so many times as high: it would hide what others hold. */
const INSIDE_HEIGHTS = 1.5;

/**
 * Finds a place for the label of each box: on its top edge if there is room, else inside, below or beside it, always
 * within the picture, and where possible clear of the labels before it.
 *
 * @param labelled the most important first
 * @param area the picture, in the same unit
 */
export function placeLabels<T extends Labelled>(
  labelled: readonly T[],
  area: Box,
): readonly (T & LabelPlace)[] {
  const taken: Box[] = [];
  return labelled.map((one) => {
    const { box, label } = one;
    const roomy = hasRoom(box, label);
    for (let place = 0; place < PLACES; place++) {
      if (!roomy && INSIDE.includes(place)) continue;
      const candidate = labelBox(box, label, place, area);
      if (taken.some((other) => overlaps(candidate, other))) continue;
      taken.push(candidate);
      return { ...one, place, crowded: false };
    }
    return { ...one, place: 0, crowded: true };
  });
}

/**
 * The place of a label by its number: on the top edge, inside the top, on the bottom edge, inside the bottom; each from
 * the left (even), then from the right (odd). At last beside the box, on its right, then on its left. Moved into the area
 * where it would reach beyond.
 */
export function labelBox([left, top, right, bottom]: Box, label: Size, place: number, area: Box): Box {
  const y = [top - label.height, top, bottom, bottom - label.height][place >> 1] ?? top;
  const beside = place >= 8;
  const [fromLeft, fromRight] = beside ? [right, left - label.width] : [left, right - label.width];
  const x = place % 2 === 0 ? fromLeft : fromRight;
  return moveInside([x, y, x + label.width, y + label.height], area);
}

function hasRoom([left, top, right, bottom]: Box, label: Size): boolean {
  return right - left >= label.width && bottom - top >= label.height * INSIDE_HEIGHTS;
}

/** Shifts a place into the area; what is larger than the area starts at its left or top edge. */
function moveInside([left, top, right, bottom]: Box, area: Box): Box {
  const x = Math.max(area[0], Math.min(left, area[2] - (right - left)));
  const y = Math.max(area[1], Math.min(top, area[3] - (bottom - top)));
  return [x, y, x + right - left, y + bottom - top];
}

function overlaps(a: Box, b: Box): boolean {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}
