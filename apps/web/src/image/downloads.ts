import type { Detection, Size } from '../detections/detection.ts';
import { annotatePicture } from '../detections/export/annotated-picture.ts';
import type { AnnotatedSource } from '../detections/export/annotated-source.ts';
import { nameWithEnding, saveFile } from '../detections/export/save-file.ts';
import { toCoco } from '../detections/export/to-coco.ts';
import { toCsv } from '../detections/export/to-csv.ts';
import { toJson } from '../detections/export/to-json.ts';
import { isLying } from '../detections/is-lying.ts';
import type { Picture } from './picture.ts';

export type DataFormat = 'JSON' | 'CSV' | 'COCO';

/** A picture's name and what is shown in it. */
export interface NamedDetections {
  readonly name: string;
  readonly sizePx: Size;
  readonly detections: readonly Detection[];
}

/** Saves what is shown in pictures as data. @param classes see `toCoco` */
export function saveData(
  format: DataFormat,
  pictures: readonly NamedDetections[],
  classes: readonly string[],
): void {
  const sources = pictures.map(
    ({ name, sizePx, detections }): AnnotatedSource => ({
      source: name,
      frame: 1,
      timeMs: 0,
      sizePx,
      detections,
    }),
  );
  const stem = pictures.length === 1 ? (pictures[0]?.name ?? '') : `${pictures.length} pictures`;
  if (format === 'JSON') save(nameWithEnding(stem, '-boxes.json'), toJson(sources), 'application/json');
  if (format === 'CSV') save(nameWithEnding(stem, '-boxes.csv'), toCsv(sources), 'text/csv');
  if (format === 'COCO')
    save(nameWithEnding(stem, '-coco.json'), toCoco(sources, classes), 'application/json');
}

/** Saves a picture with its boxes drawn in. @throws when the browser cannot draw it */
export async function saveAnnotated(
  { file, url, search }: Picture,
  shown: readonly Detection[],
): Promise<void> {
  if (search.phase !== 'found') return;
  const image = new Image();
  image.src = url;
  await image.decode();
  const { naturalWidth: width, naturalHeight: height } = image;
  if (isLying({ width, height }, search.answer.sizePx))
    throw new Error('this browser does not turn it upright');
  const png = await annotatePicture(image, search.answer.sizePx, shown);
  saveFile(nameWithEnding(file.name, '-boxes.png'), png);
}

function save(name: string, text: string, type: string): void {
  saveFile(name, new Blob([text], { type }));
}
