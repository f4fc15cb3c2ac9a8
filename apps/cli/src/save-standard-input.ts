import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Input } from './find-inputs.ts';

/** What it is called. */
export const STDIN = 'stdin';

/**
 * Keeps standard input as a file, since a video may have its index at the end. `remove` takes the file away.
 * @throws where there is no room for it, or once the signal aborts
 */
export async function saveStandardInput(
  signal: AbortSignal,
): Promise<{ input: Input; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'boxwire-')).catch(notKept);
  const path = join(folder, 'stdin');
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await pipeline(process.stdin, createWriteStream(path), { signal });
  } catch (error) {
    await remove();
    notKept(error as Error);
  }
  return { input: { path, source: STDIN }, remove };
}

function notKept(cause: Error): never {
  throw new Error(`standard input cannot be kept in ${tmpdir()}: ${cause.message}`, { cause });
}
