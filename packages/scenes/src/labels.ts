import type { Scene } from './scene.ts';

/**
 * A scene's objects as YOLO trainers read them: a line each, `class x y width height`, the box's middle and
 * size as shares of the picture.
 */
export function toYoloLabels({ width, height, objects }: Scene): string {
  return objects
    .map(({ classId, xmin, ymin, xmax, ymax }) => {
      const box = [
        (xmin + xmax) / 2 / width,
        (ymin + ymax) / 2 / height,
        (xmax - xmin) / width,
        (ymax - ymin) / height,
      ];
      return `${classId} ${box.map((value) => value.toFixed(6)).join(' ')}\n`;
    })
    .join('');
}
