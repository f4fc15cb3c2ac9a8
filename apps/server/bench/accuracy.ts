import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createDetector, type DetectorSettings } from '../src/detector/create-detector.ts';
import type { Model } from '../src/models/model.ts';
import { readLabels } from '../test/detector/labels.ts';
import { meanAveragePrecision } from '../test/detector/mean-average-precision.ts';
import { sharedPath } from '../test/shared-files.ts';

/** mAP50-95 of a model on the labelled photographs, 0 to 1; undefined where these are absent. */
export async function accuracyOf(
  model: Model,
  settings: Omit<DetectorSettings, 'workers'>,
  imageSize?: number,
): Promise<number | undefined> {
  const folder = sharedPath('media/labels');
  if (!existsSync(folder)) return undefined;
  const detector = await createDetector(model, { ...settings, workers: 2 });
  const images = await Promise.all(
    readdirSync(folder).map(async (file) => {
      const data = readFileSync(sharedPath(`media/images/${file.replace('.txt', '.jpg')}`));
      const result = await detector.detect({ mode: '', width: 0, height: 0, data }, { imageSize });
      return { detections: result.detections, labels: readLabels(file, result) };
    }),
  );
  await detector.close();
  return meanAveragePrecision(images);
}
