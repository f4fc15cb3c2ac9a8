import type { Detection } from '../../src/detector/detector.ts';

/** A labelled object, in pixels of its image. */
export interface Label {
  readonly classId: number;
  readonly xmin: number;
  readonly ymin: number;
  readonly xmax: number;
  readonly ymax: number;
}

export interface Evaluated {
  readonly detections: readonly Detection[];
  readonly labels: readonly Label[];
}

const THRESHOLDS = Array.from({ length: 10 }, (_, i) => 0.5 + i * 0.05);

/** Intersection over union of two boxes. */
export function iou(a: Omit<Label, 'classId'>, b: Omit<Label, 'classId'>): number {
  const width = Math.min(a.xmax, b.xmax) - Math.max(a.xmin, b.xmin);
  const height = Math.min(a.ymax, b.ymax) - Math.max(a.ymin, b.ymin);
  if (width <= 0 || height <= 0) return 0;
  const area = (box: Omit<Label, 'classId'>) => (box.xmax - box.xmin) * (box.ymax - box.ymin);
  return (width * height) / (area(a) + area(b) - width * height);
}

/** mAP50-95 as YOLOv5's own validation computes it: 101-point interpolation, mean over classes and IoU thresholds. */
export function meanAveragePrecision(images: readonly Evaluated[]): number {
  return mean([...averagePrecisions(images).values()].map(mean));
}

/** Of each class that has labels, in the order of its id: average precision at IoU 0.5, 0.55 ... 0.95. */
export function averagePrecisions(images: readonly Evaluated[]): Map<number, number[]> {
  const classes = new Set(images.flatMap(({ labels }) => labels.map(({ classId }) => classId)));
  const hits = THRESHOLDS.map((threshold) => images.flatMap((image) => hitsAt(image, threshold)));
  const ordered = [...classes].sort((a, b) => a - b);
  return new Map(ordered.map((id) => [id, hits.map((each) => averagePrecision(images, each, id))]));
}

interface Hit {
  readonly detection: Detection;
  readonly correct: boolean;
}

/** Each detection takes the label it overlaps most; of several at one label, the most confident is correct. */
function hitsAt({ detections, labels }: Evaluated, threshold: number): Hit[] {
  const taken = new Set<number>();
  return detections.map((detection) => {
    let best = -1;
    let bestIou = threshold;
    for (const [index, label] of labels.entries()) {
      const overlap = label.classId === detection.classId ? iou(label, detection) : 0;
      if (overlap >= bestIou) [best, bestIou] = [index, overlap];
    }
    const correct = best >= 0 && !taken.has(best);
    if (correct) taken.add(best);
    return { detection, correct };
  });
}

function averagePrecision(images: readonly Evaluated[], hits: readonly Hit[], classId: number): number {
  const labelled = images.flatMap(({ labels }) => labels).filter((label) => label.classId === classId).length;
  const ranked = hits
    .filter(({ detection }) => detection.classId === classId)
    .sort((a, b) => b.detection.confidence - a.detection.confidence);
  if (ranked.length === 0) return 0;
  let correct = 0;
  const curve = ranked.map((hit, index) => {
    if (hit.correct) correct++;
    return { recall: correct / labelled, precision: correct / (index + 1) };
  });
  return areaUnder([{ recall: 0, precision: 1 }, ...curve, { recall: 1, precision: 0 }]);
}

/** The area under a precision-recall curve made monotonic, by the trapezium rule on 101 points. */
function areaUnder(curve: readonly { recall: number; precision: number }[]): number {
  let best = 0;
  const envelope = curve.map((point) => ({ ...point }));
  for (const point of envelope.toReversed()) {
    best = Math.max(best, point.precision);
    point.precision = best;
  }
  const samples = Array.from({ length: 101 }, (_, i) => interpolate(envelope, i / 100));
  return samples.slice(1).reduce((sum, value, i) => sum + (value + (samples[i] as number)) / 200, 0);
}

/** numpy's `interp`: of several points at one recall, the last counts. */
function interpolate(curve: readonly { recall: number; precision: number }[], recall: number): number {
  const before = curve.findLast((point) => point.recall <= recall);
  const after = curve.find((point) => point.recall > recall);
  if (!before || !after) return (before ?? after)?.precision ?? 0;
  const share = (recall - before.recall) / (after.recall - before.recall);
  return before.precision + share * (after.precision - before.precision);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
