import { constants, createWriteStream, openSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isVideo, MEDIA_HEAD_BYTES } from '@boxwire/video/media-kind';

/** What comes is no video, and too large for a picture. */
export class TooLargeError extends Error {}

/**
 * Keeps what comes through a pipe as a file, since a video may have its index at the end. The file goes away with the
 * result.
 * @param maxBytes of what does not begin as videos do: it may never end
 * @throws {TooLargeError}
 * @throws where there is no room for it, or once the signal aborts
 */
export async function savePipe(
  pipe: Readable,
  maxBytes: number,
  signal: AbortSignal,
): Promise<{ path: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'boxwire-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  const path = join(folder, 'pipe');
  try {
    await pipeline(pipe, (chunks) => bounded(chunks, maxBytes), createWriteStream(path), { signal });
  } catch (error) {
    await remove();
    throw error;
  }
  return { path, [Symbol.asyncDispose]: remove };
}

async function* bounded(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Buffer> {
  let head = Buffer.alloc(0);
  let bytes = 0;
  for await (const chunk of chunks) {
    if (head.length < MEDIA_HEAD_BYTES)
      head = Buffer.concat([head, chunk.subarray(0, MEDIA_HEAD_BYTES - head.length)]);
    bytes += chunk.length;
    if (bytes > maxBytes && !isVideo(head))
      throw new TooLargeError(
        `it has more than ${maxBytes} bytes, which MAX_MESSAGE_BYTES of the server allows, and is no video`,
      );
    yield chunk;
  }
}

/** A named pipe. Unlike a file, it holds no thread while nothing comes: such a thread would outlive an interruption. */
export function openPipe(path: string): Readable {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: true, writable: false });
}
