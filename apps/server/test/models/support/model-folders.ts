// The folders in which models are looked for, made anew for each test of a file that imports them.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import type { Model } from '../../../src/models/model.ts';
import { ModelError } from '../../../src/models/model-error.ts';
import { type PrepareModelOptions, prepareModel } from '../../../src/models/model-store.ts';
import { currentNetwork, p6Network } from './test-networks.ts';
import { fakeOnnx } from './write-onnx.ts';
import { writeCheckpoint } from './write-zip.ts';

export const checkpoint = writeCheckpoint({ model: currentNetwork().pickled });
export const otherCheckpoint = writeCheckpoint({ model: p6Network().pickled });
export const onnx = fakeOnnx({ input: [1, 3, 64, 64], outputs: [{ name: 'out', dims: [1, 252, 7] }] });

/** Nobody listens there. */
export const NOWHERE = 'http://127.0.0.1:2';

export let folder: string;
export let modelDir: string;
export let sharedDir: string;
export let log: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'models-'));
  modelDir = join(folder, 'models');
  sharedDir = join(folder, 'shared');
  mkdirSync(modelDir);
  mkdirSync(sharedDir);
  log = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The model that a start with these folders alone would take. */
export function prepare(model: string, more: Partial<PrepareModelOptions> = {}): Promise<Model> {
  const settings = { model, modelDir, sharedDir, baseDir: folder, releaseUrl: NOWHERE, proxy: {} };
  return prepareModel({ ...settings, log: (line) => log.push(line), ...more });
}

/** What that start says instead, in its one line. */
export async function refusal(model: string, more: Partial<PrepareModelOptions> = {}): Promise<string> {
  const error: unknown = await prepare(model, more).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(ModelError);
  const { message } = error as ModelError;
  expect(message).not.toContain('\n');
  return message;
}

/** Turns one bit, at that share of a file. */
export function flip(path: string, where: number): void {
  const bytes = readFileSync(path);
  const at = Math.floor(bytes.length * where);
  bytes[at] = (bytes[at] as number) ^ 1;
  writeFileSync(path, bytes);
}
