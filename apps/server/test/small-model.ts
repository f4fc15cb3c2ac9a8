import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { createDetector } from '../src/detector/create-detector.ts';
import type { Detector } from '../src/detector/detector.ts';
import type { Model, Precision } from '../src/models/model.ts';
import { prepareModel } from '../src/models/model-store.ts';
import { currentNetwork } from './models/support/test-networks.ts';
import { writeCheckpoint } from './models/support/write-zip.ts';

/** What images may be where nothing is said of it. */
export const IMAGE_LIMITS = {
  maxPixels: 64_000_000,
  maxDetections: 1000,
  maxImageSize: 1280,
  maxQueue: 1000,
  maxQueueBytes: 1e9,
};

/** A folder that goes away with whatever made it. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'boxwire-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** The repository's own demonstration model. */
export const DEMO_CHECKPOINT = fileURLToPath(new URL('../demo-model/demo.pt', import.meta.url));

/** Writes a YOLOv5 checkpoint of a few untrained layers, three classes: nothing it finds means anything, but all of it is real. */
export function writeSmallCheckpoint(folder: string): string {
  const path = join(folder, 'small.pt');
  writeFileSync(path, writeCheckpoint({ model: currentNetwork().pickled }));
  return path;
}

/** A detector with that checkpoint; what is made of it is kept in the folder. */
export async function openDetector(
  checkpoint: string,
  folder: string,
  options: OpenOptions,
): Promise<Detector> {
  const { workers, precision = 'float32' } = options;
  const model = await prepareModel({ model: checkpoint, modelDir: folder, precision });
  return createDetector(model, { workers, ...IMAGE_LIMITS });
}

interface OpenOptions {
  readonly workers: number;
  readonly precision?: Precision;
}

/** The small checkpoint, prepared; its folder goes away with the test that asked. */
export async function smallModel(folder = temporaryTestFolder()): Promise<Model> {
  return prepareModel({ model: writeSmallCheckpoint(folder), modelDir: folder });
}

function temporaryTestFolder(): string {
  const { path, remove } = temporaryFolder();
  onTestFinished(remove);
  return path;
}
