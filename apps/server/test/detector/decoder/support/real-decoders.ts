// Real decoders for each test of a file that imports this, found in Linux's /proc.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';
import { childrenOf } from '../../../../soak/process-table.ts';
import {
  createPictures,
  type Pictures,
  type PicturesOptions,
} from '../../../../src/detector/decoder/pictures.ts';

export const isLinux = process.platform === 'linux';
export const LIMITS = { openFiles: 64, memoryBytes: 2 ** 31, cpuSeconds: 100 };
/** A decoder that does as the bytes of its picture say. */
export const WILFUL = fileURLToPath(new URL('../wilful-decoder.ts', import.meta.url));

export let pictures: Pictures;
/** Of the decoders of this test. */
export let deaths: Error[];
afterEach(() => pictures?.close());

export async function open(options: Partial<PicturesOptions> = {}): Promise<void> {
  deaths = [];
  const onDeath = (error: Error) => deaths.push(error);
  pictures = await createPictures({ maxPixels: 64e6, count: 1, limits: LIMITS, onDeath, ...options });
}

/** What each picture is scaled to: what the one that was taken over gives of each. */
export const scaling = { fixedSize: { width: 1, height: 1 } };

export function decode(data: Uint8Array) {
  return pictures.prepare({ width: 0, height: 0, data }, scaling, (bytes) => new Uint8Array(bytes));
}

/** Their process ids. */
export function decoders(): number[] {
  return childrenOf(process.pid).filter((pid) => commandOf(pid).includes('decoder'));
}

function commandOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
}
