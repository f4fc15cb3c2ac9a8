import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WINDOW_BYTES } from './decoder-protocol.ts';

/** In memory where there is such a place. */
const FOLDERS = ['/dev/shm', tmpdir()];

/**
 * A file without a name, its room taken already: what two processes pass bytes through. It is gone when both have
 * closed it, however they end.
 *
 * @throws where there is no room for it
 */
export async function openWindow(): Promise<FileHandle> {
  const causes: unknown[] = [];
  for (const folder of FOLDERS) {
    try {
      return await openIn(folder);
    } catch (cause) {
      causes.push(cause);
    }
  }
  const where = FOLDERS.join(' nor in ');
  throw new AggregateError(causes, `there is no room for ${WINDOW_BYTES} bytes, neither in ${where}`);
}

async function openIn(folder: string): Promise<FileHandle> {
  const path = join(folder, `boxwire-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  try {
    await unlink(path);
    await file.write(new Uint8Array(WINDOW_BYTES), 0, WINDOW_BYTES, 0);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}
