import { iou } from './mean-average-precision.ts';

/** A box as the reference, a detection or a prediction has it. */
export interface NamedBox {
  readonly classId: number;
  readonly name: string;
  readonly confidence: number;
  readonly xmin: number;
  readonly ymin: number;
  readonly xmax: number;
  readonly ymax: number;
}

/** Confidence from which a box has to be found, or justified. */
const CERTAIN = 0.3;

/** The rule of agreement: the certain boxes of one list that have no counterpart in the other. */
export function unmatchedBoxes<B extends NamedBox>(boxes: readonly B[], others: readonly NamedBox[]): B[] {
  const matches = (a: NamedBox, b: NamedBox) =>
    a.classId === b.classId &&
    a.name === b.name &&
    iou(a, b) >= 0.95 &&
    Math.abs(a.confidence - b.confidence) <= 0.02;
  return boxes.filter((box) => box.confidence >= CERTAIN && !others.some((other) => matches(box, other)));
}
