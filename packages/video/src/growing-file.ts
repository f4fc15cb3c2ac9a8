import { open } from 'node:fs/promises';

/** How much there is of a file that is still being written, from its beginning. */
export interface Growth {
  /** What its length will be. */
  readonly sizeBytes: number;
  /** How many bytes may be read by now; never fewer than before. */
  readonly committedBytes: number;
  /** Resolves the next time that there are more; rejects when there never will be. */
  grown(): Promise<void>;
}

const CHUNK_BYTES = 2 ** 18;

/** All bytes of the file in order, each as soon as it is there. @throws what `grown` rejects with, the signal's reason */
export async function* readGrowing(
  path: string,
  growth: Growth,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  await using file = await open(path);
  for (let position = 0; position < growth.sizeBytes; ) {
    await untilCommitted(growth, position + 1, signal);
    const length = Math.min(CHUNK_BYTES, growth.committedBytes - position);
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, position);
    if (bytesRead === 0) throw new Error('a growing file has become shorter');
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** Resolves when the first `bytes` of the file are there. */
export async function untilCommitted(growth: Growth, bytes: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (growth.committedBytes >= bytes) return;
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    while (growth.committedBytes < bytes) await Promise.race([growth.grown(), aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
