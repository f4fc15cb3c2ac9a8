import { boxArea } from './box-area.ts';
import type { Box, Detection, Size } from './detection.ts';
import { boxInFrame } from './fit-picture.ts';
import { measureLabel } from './measure-label.ts';
import { type LabelPlace, placeLabels } from './place-labels.ts';
import { labelText } from './words.ts';

/** A detection with all that is needed to draw it at any place and nearly any scale. */
export interface PlannedBox extends LabelPlace {
  readonly detection: Detection;
  readonly text: string;
  /** The label's size in CSS pixels. */
  readonly label: Size;
}

/**
 * Decides where labels go. Worth doing anew when the detections or the scale have changed, not while a picture is
 * only moved.
 *
 * @param detections most confident first: the surer one has the better place
 * @param picture its size in its own pixels
 * @param scale CSS pixels per pixel of the picture
 * @returns in the order of drawing: small boxes come last and lie on top, or nobody could reach them
 */
export function planBoxes(
  detections: readonly Detection[],
  picture: Size,
  scale: number,
  measure: (text: string) => Size = measureLabel,
): readonly PlannedBox[] {
  // A profile shows by it that labels are placed when they have to be, and only then.
  performance.mark('plan-boxes');
  const area: Box = [0, 0, picture.width * scale, picture.height * scale];
  const labelled = detections.map((detection) => {
    const text = labelText(detection);
    return { detection, text, label: measure(text), box: boxInFrame(detection.boxXyxy, { scale, area }) };
  });
  return placeLabels(labelled, area).toSorted(
    (a, b) => boxArea(b.detection.boxXyxy) - boxArea(a.detection.boxXyxy),
  );
}
