import { constants, createWriteStream, openSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/**
 * Keeps what comes through a pipe as a file, since a video may have its index at the end. The file goes away with the
 * result.
 * @throws where there is no room for it, or once the signal aborts
 */
export async function savePipe(
  pipe: Readable,
  signal: AbortSignal,
): Promise<{ path: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'boxwire-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  const path = join(folder, 'pipe');
  try {
    await pipeline(pipe, createWriteStream(path), { signal });
  } catch (error) {
    await remove();
    throw error;
  }
  return { path, [Symbol.asyncDispose]: remove };
}

/** A named pipe. Unlike a file, it holds no thread while nothing comes: such a thread would outlive an interruption. */
export function openPipe(path: string): Readable {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: true, writable: false });
}
