import type { Box, Size } from './detection.ts';

/** Where a label goes; `crowded` when every place for it is (partly) taken by the labels of surer boxes. */
export interface LabelPlace {
  readonly box: Box;
  readonly crowded: boolean;
}

/**
 * Finds a place for the label of each box: on its top edge if there is room, else inside or below it, always
 * within the picture, and where possible clear of the labels before it.
 *
 * @param boxes what is labelled, the most important first
 * @param labels each label's size
 * @param area the picture; all in the same unit
 */
export function placeLabels(
  boxes: readonly Box[],
  labels: readonly Size[],
  area: Box,
): readonly LabelPlace[] {
  const taken: Box[] = [];
  return boxes.map((box, index) => {
    const label = labels[index] ?? { width: 0, height: 0 };
    const places = candidatePlaces(box, label).map((place) => moveInside(place, area));
    const free = places.find((place) => !taken.some((other) => overlaps(place, other)));
    if (free) taken.push(free);
    return { box: free ?? (places[0] as Box), crowded: !free };
  });
}

/** On the top edge, inside the top, on the bottom edge, inside the bottom; each from the left, then from the right. */
function candidatePlaces([left, top, right, bottom]: Box, { width, height }: Size): Box[] {
  const rows = [top - height, top, bottom, bottom - height];
  return rows.flatMap((y) => [left, right - width].map((x): Box => [x, y, x + width, y + height]));
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
