import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Model } from '../src/models/model.ts';
import { prepareModel } from '../src/models/model-store.ts';
import { currentNetwork } from './models/support/test-networks.ts';
import { writeCheckpoint } from './models/support/write-zip.ts';

/** A folder that goes away with whatever made it. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'boxwire-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Writes a YOLOv5 checkpoint of a few untrained layers, three classes: nothing it finds means anything, but all of it is real. */
export function writeSmallCheckpoint(folder: string): string {
  const path = join(folder, 'small.pt');
  writeFileSync(path, writeCheckpoint({ model: currentNetwork().pickled }));
  return path;
}

/** That checkpoint, prepared; its folder goes away with the test that asked. */
export async function smallModel(folder = temporaryTestFolder()): Promise<Model> {
  return prepareModel({ model: writeSmallCheckpoint(folder), modelDir: folder });
}

function temporaryTestFolder(): string {
  const { path, remove } = temporaryFolder();
  onTestFinished(remove);
  return path;
}
