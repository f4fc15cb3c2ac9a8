import { memo, useMemo } from 'react';
import { boxArea } from './box-area.ts';
import styles from './box-overlay.module.css';
import { classColor } from './class-color.ts';
import type { Box, Detection, Size } from './detection.ts';
import { boxInFrame, fitPicture } from './fit-picture.ts';
import { LABEL, measureLabel } from './measure-label.ts';
import { labelBox, placeLabels } from './place-labels.ts';
import { labelText } from './words.ts';

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
  const { area, boxes, labels, order } = useMemo(
    () => layOut(detections, picture, frame),
    [detections, picture, frame],
  );
  const highlighted = detections.findIndex(({ id }) => id === highlightedId);
  const part = (index: number) => ({
    detection: detections[index] as Detection,
    highlighted: index === highlighted,
    onHover,
    onSelect,
  });
  return (
    <svg
      className={styles.overlay}
      viewBox={`0 0 ${frame.width} ${frame.height}`}
      aria-hidden="true"
      data-highlighting={highlighted >= 0 || undefined}
    >
      {unseen && <rect {...rectangle(area)} className={styles.plate} />}
      {order.map((index) => (
        <DetectionBox key={index} {...part(index)} box={boxes[index] as Box} />
      ))}
      {/* All labels lie over all boxes, or lines would cross them out. */}
      {order.map((index) => {
        const { box, crowded } = labels[index] as PlacedLabel;
        return (
          (index === highlighted || !crowded) && <DetectionLabel key={index} {...part(index)} box={box} />
        );
      })}
    </svg>
  );
}

/** In CSS pixels of the frame. */
interface PlacedLabel {
  readonly box: Box;
  readonly crowded: boolean;
}

interface PartProps extends Pick<Props, 'onHover' | 'onSelect'> {
  readonly detection: Detection;
  /** Of the box itself or of its label, in CSS pixels of the frame. */
  readonly box: Box;
  readonly highlighted: boolean;
}

/** What the box and its label have in common. */
function pointing({ detection: { id }, highlighted, onHover, onSelect }: PartProps) {
  return {
    className: styles.detection,
    'data-highlighted': highlighted || undefined,
    onPointerEnter: () => onHover(id),
    onPointerLeave: () => onHover(undefined),
    onClick: () => onSelect(id),
  };
}

const DetectionBox = memo(function DetectionBox(props: PartProps) {
  const { detection, box } = props;
  const { classId, name, confidence, boxXyxy } = detection;
  const [xmin, ymin, xmax, ymax] = boxXyxy;
  const color = classColor(classId);
  return (
    <g
      {...pointing(props)}
      data-testid="box"
      data-name={name}
      data-confidence={confidence}
      data-xmin={xmin}
      data-ymin={ymin}
      data-xmax={xmax}
      data-ymax={ymax}
    >
      <rect {...rectangle(box)} rx={2} className={styles.outline} />
      <rect {...rectangle(box)} rx={2} className={styles.box} stroke={color} fill={color} />
    </g>
  );
});

const DetectionLabel = memo(function DetectionLabel(props: PartProps) {
  const { detection, box } = props;
  return (
    <g {...pointing(props)} data-testid="label">
      <rect {...rectangle(box)} rx={3} fill={classColor(detection.classId)} />
      <text
        className={styles.text}
        x={box[0] + LABEL.paddingPx}
        y={box[1] + LABEL.baselinePx}
        fontSize={LABEL.fontPx}
        fontWeight={LABEL.weight}
      >
        {labelText(detection)}
      </text>
    </g>
  );
});

function layOut(detections: readonly Detection[], picture: Size, frame: Size) {
  const fit = fitPicture(picture, frame);
  const boxes = detections.map(({ boxXyxy }) => boxInFrame(boxXyxy, fit));
  const sizes = detections.map((detection) => measureLabel(labelText(detection)));
  const labels = placeLabels(boxes, sizes, fit.area).map(({ place, crowded }, index): PlacedLabel => {
    const [box, size] = [boxes[index] as Box, sizes[index] as Size];
    return { box: labelBox(box, size, place, fit.area), crowded };
  });
  // The last lies on top: small boxes over large ones, or the pointer could not reach them.
  const order = boxes
    .map((_, index) => index)
    .sort((a, b) => boxArea(boxes[b] as Box) - boxArea(boxes[a] as Box));
  return { area: fit.area, boxes, labels, order };
}
function rectangle([left, top, right, bottom]: Box) {
  return { x: left, y: top, width: right - left, height: bottom - top };
}
