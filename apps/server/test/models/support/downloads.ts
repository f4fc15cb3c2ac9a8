// One file to download, into a folder made anew for each test of a file that imports this.
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import { type DownloadRequest, download } from '../../../src/models/download.ts';
import { ModelError } from '../../../src/models/model-error.ts';
import { type Behaviour, releaseServer } from './release-server.ts';

export const content = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7919) % 251));
export const sha256 = createHash('sha256').update(content).digest('hex');
export const nothing = { proxy: {}, retryDelayMs: 1, bytes: content.length, sha256 };

export let folder: string;
export let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'download-'));
  path = join(folder, 'model.pt');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Downloads from a server that behaves like this and returns the ranges that it was asked for. */
export async function run(
  behaviours: Behaviour[],
  request: Partial<DownloadRequest> = {},
): Promise<string[]> {
  await using server = await releaseServer(content, ...behaviours);
  await download({ ...nothing, url: server.url, path, ...request });
  return server.requests;
}

export async function fail(behaviours: Behaviour[], request: Partial<DownloadRequest> = {}) {
  await using server = await releaseServer(content, ...behaviours);
  const error = await download({ ...nothing, url: server.url, path, ...request }).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(ModelError);
  return { message: (error as ModelError).message, requests: server.requests, files: readdirSync(folder) };
}

export function expectTheFileAlone(): void {
  expect(readdirSync(folder)).toEqual(['model.pt']);
  expect(readFileSync(path).equals(content)).toBe(true);
}
