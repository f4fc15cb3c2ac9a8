import { boxArea } from '../box-area.ts';
import type { Detection } from '../detection.ts';
import type { AnnotatedSource } from './annotated-source.ts';

/**
 * The sources as a COCO data set: images, annotations with `bbox` as x, y, width, height, and categories. Ids of images
 * and annotations count from 1; a category's id is the model's class id. Frames of a video carry `frame` and `time_ms`
 * as well. `score` is the confidence, as in COCO's results.
 *
 * @param classes all names of the model that answered, where they are known; categories besides those that were found
 */
export function toCoco(sources: Iterable<AnnotatedSource>, classes: readonly string[]): string {
  const images: object[] = [];
  const annotations: object[] = [];
  const categories = createCategories(classes);
  for (const { source, frame, timeMs, sizePx, detections } of sources) {
    const imageId = images.length + 1;
    const { width, height } = sizePx;
    images.push({ id: imageId, file_name: source, width, height, frame, time_ms: timeMs });
    for (const detection of detections) {
      const [left, top, right, bottom] = detection.boxXyxy;
      annotations.push({
        id: annotations.length + 1,
        image_id: imageId,
        category_id: categories.idOf(detection),
        bbox: [left, top, right - left, bottom - top],
        area: boxArea(detection.boxXyxy),
        iscrowd: 0,
        score: detection.confidence,
      });
    }
  }
  return `${JSON.stringify({ images, annotations, categories: categories.list() })}\n`;
}

/** Where two models answered, one id may have two names: the second gets an id that is free. */
function createCategories(classes: readonly string[]) {
  const names = new Map(classes.entries());
  return {
    idOf({ classId, name }: Pick<Detection, 'classId' | 'name'>): number {
      if ((names.get(classId) ?? name) === name) {
        names.set(classId, name);
        return classId;
      }
      const known = [...names].find(([, other]) => other === name)?.[0];
      const id = known ?? Math.max(...names.keys()) + 1;
      names.set(id, name);
      return id;
    },
    list: () => [...names].map(([id, name]) => ({ id, name })).sort((a, b) => a.id - b.id),
  };
}
