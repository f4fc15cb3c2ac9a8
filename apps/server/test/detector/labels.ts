import { readFileSync } from 'node:fs';
import { sharedPath } from '../shared-files.ts';
import type { Label } from './mean-average-precision.ts';

/** The labels of a shared photograph, in YOLO's text form: class, centre x, centre y, width and height as shares of the picture. */
export function readLabels(file: string, size: { width: number; height: number }): Label[] {
  const lines = readFileSync(sharedPath(`media/labels/${file}`), 'utf8')
    .split('\n')
    .filter(Boolean);
  return lines.map((line) => {
    const [classId, x, y, width, height] = line.split(' ').map(Number) as [
      number,
      number,
      number,
      number,
      number,
    ];
    return {
      classId,
      xmin: (x - width / 2) * size.width,
      ymin: (y - height / 2) * size.height,
      xmax: (x + width / 2) * size.width,
      ymax: (y + height / 2) * size.height,
    };
  });
}
