import { memo, useMemo } from 'react';
import styles from './box-overlay.module.css';
import { classColor } from './class-color.ts';
import type { Box, Detection, Size } from './detection.ts';
import { boxInFrame, fitPicture } from './fit-picture.ts';
import { LABEL, measureLabel } from './measure-label.ts';
import { type LabelPlace, placeLabels } from './place-labels.ts';
import { formatConfidence } from './words.ts';

interface Props {
  readonly detections: readonly Detection[];
  /** The upright picture's size in its own pixels. */
  readonly picture: Size;
  /** The size of the frame that the picture is centred in, in CSS pixels. */
  readonly frame: Size;
  /** Whether the picture itself cannot be shown: its outline stands in for it. */
  readonly unseen: boolean;
  readonly highlightedId: number | undefined;
  readonly onHover: (id: number | undefined) => void;
  readonly onSelect: (id: number) => void;
}

/**
 * Boxes and names over a picture that is shown with `object-fit: contain`. For the eye and the pointer only:
 * the list beside it says the same to the keyboard and to screen readers.
 */
export function BoxOverlay({ detections, picture, frame, unseen, highlightedId, onHover, onSelect }: Props) {
  const { area, boxes, places, order } = useMemo(
    () => layOut(detections, picture, frame),
    [detections, picture, frame],
  );
  const highlighted = detections.findIndex(({ id }) => id === highlightedId);
  return (
    <svg
      className={styles.overlay}
      viewBox={`0 0 ${frame.width} ${frame.height}`}
      aria-hidden="true"
      data-highlighting={highlighted >= 0 || undefined}
    >
      {unseen && <rect {...rectangle(area)} className={styles.plate} />}
      {order.map((index) => {
        const detection = detections[index] as Detection;
        return (
          <DetectionBox
            key={detection.id}
            detection={detection}
            box={boxes[index] as Box}
            place={places[index] as LabelPlace}
            highlighted={index === highlighted}
            onHover={onHover}
            onSelect={onSelect}
          />
        );
      })}
    </svg>
  );
}

interface BoxProps extends Pick<Props, 'onHover' | 'onSelect'> {
  readonly detection: Detection;
  /** In CSS pixels of the frame. */
  readonly box: Box;
  readonly place: LabelPlace;
  readonly highlighted: boolean;
}

const DetectionBox = memo(function DetectionBox(props: BoxProps) {
  const { detection, box, place, highlighted, onHover, onSelect } = props;
  const { id, classId, name, confidence, boxXyxy } = detection;
  const [xmin, ymin, xmax, ymax] = boxXyxy;
  const color = classColor(classId);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the list offers the same to the keyboard
    <g
      className={styles.detection}
      data-testid="box"
      data-highlighted={highlighted || undefined}
      data-name={name}
      data-confidence={confidence}
      data-xmin={xmin}
      data-ymin={ymin}
      data-xmax={xmax}
      data-ymax={ymax}
      onPointerEnter={() => onHover(id)}
      onPointerLeave={() => onHover(undefined)}
      onClick={() => onSelect(id)}
    >
      <rect {...rectangle(box)} rx={2} className={styles.outline} />
      <rect {...rectangle(box)} rx={2} className={styles.box} stroke={color} fill={color} />
      {(highlighted || !place.crowded) && (
        <g data-testid="label">
          <rect {...rectangle(place.box)} rx={3} fill={color} />
          <text
            className={styles.text}
            x={place.box[0] + LABEL.paddingPx}
            y={place.box[1] + LABEL.baselinePx}
            fontSize={LABEL.fontPx}
            fontWeight={LABEL.weight}
          >
            {labelText(detection)}
          </text>
        </g>
      )}
    </g>
  );
});

function layOut(detections: readonly Detection[], picture: Size, frame: Size) {
  const fit = fitPicture(picture, frame);
  const boxes = detections.map(({ boxXyxy }) => boxInFrame(boxXyxy, fit));
  const labels = detections.map((detection) => measureLabel(labelText(detection)));
  // The last lies on top: small boxes over large ones, or the pointer could not reach them.
  const order = boxes.map((_, index) => index).sort((a, b) => areaOf(boxes[b]) - areaOf(boxes[a]));
  return { area: fit.area, boxes, places: placeLabels(boxes, labels, fit.area), order };
}

function labelText({ name, confidence }: Detection): string {
  return `${name} ${formatConfidence(confidence)}`;
}

function areaOf([left, top, right, bottom]: Box = [0, 0, 0, 0]): number {
  return (right - left) * (bottom - top);
}

function rectangle([left, top, right, bottom]: Box) {
  return { x: left, y: top, width: right - left, height: bottom - top };
}
