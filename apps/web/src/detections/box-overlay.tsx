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
  const { area, parts } = useMemo(() => layOut(detections, picture, frame), [detections, picture, frame]);
  const highlighted = detections.find(({ id }) => id === highlightedId);
  const partOf = (detection: Detection) => ({
    detection,
    highlighted: detection === highlighted,
    onHover,
    onSelect,
  });
  return (
    <svg
      className={styles.overlay}
      viewBox={`0 0 ${frame.width} ${frame.height}`}
      aria-hidden="true"
      data-highlighting={highlighted !== undefined || undefined}
    >
      {unseen && <rect {...rectangle(area)} className={styles.plate} />}
      {parts.map(({ key, detection, box }) => (
        <DetectionBox key={key} {...partOf(detection)} box={box} />
      ))}
      {/* All labels lie over all boxes, or lines would cross them out. */}
      {parts.map(
        ({ key, detection, labelBox, crowded }) =>
          (detection === highlighted || !crowded) && (
            <DetectionLabel key={key} {...partOf(detection)} box={labelBox} />
          ),
      )}
    </svg>
  );
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

/** Where all goes, in CSS pixels of the frame. Those in the end lie on top: small boxes, or the pointer could not reach them. */
function layOut(detections: readonly Detection[], picture: Size, frame: Size) {
  const fit = fitPicture(picture, frame);
  const { area } = fit;
  const labelled = detections.map((detection, key) => {
    const label = measureLabel(labelText(detection));
    return { key, detection, label, box: boxInFrame(detection.boxXyxy, fit) };
  });
  const parts = placeLabels(labelled, area).map(({ key, detection, box, label, place, crowded }) => {
    return { key, detection, box, crowded, labelBox: labelBox(box, label, place, area) };
  });
  return { area, parts: parts.toSorted((a, b) => boxArea(b.box) - boxArea(a.box)) };
}

function rectangle([left, top, right, bottom]: Box) {
  return { x: left, y: top, width: right - left, height: bottom - top };
}
