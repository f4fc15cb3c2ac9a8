import type { AnnotatedSource } from './annotated-source.ts';

/**
 * The sources as a COCO data set: images, annotations with `bbox` as x, y, width, height, and categories. Ids of images
 * and annotations count from 1; a category's id is the model's class id. Frames of a video carry `frame` and `time_ms`
 * as well. `score` is the confidence, as in COCO's results.
 *
 * @param classes the model's names, which become the categories
 */
export function toCoco(sources: Iterable<AnnotatedSource>, classes: readonly string[]): string {
  const images: object[] = [];
  const annotations: object[] = [];
  for (const { source, frame, timeMs, sizePx, detections } of sources) {
    const imageId = images.length + 1;
    const { width, height } = sizePx;
    images.push({ id: imageId, file_name: source, width, height, frame, time_ms: timeMs });
    for (const { classId, confidence, boxXyxy } of detections) {
      const [left, top, right, bottom] = boxXyxy;
      annotations.push({
        id: annotations.length + 1,
        image_id: imageId,
        category_id: classId,
        bbox: [left, top, right - left, bottom - top],
        area: (right - left) * (bottom - top),
        iscrowd: 0,
        score: confidence,
      });
    }
  }
  const categories = classes.map((name, id) => ({ id, name }));
  return `${JSON.stringify({ images, annotations, categories })}\n`;
}
