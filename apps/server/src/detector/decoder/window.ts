import { randomUUID } from 'node:crypto';
import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WINDOW_BYTES } from './decoder-protocol.ts';

/** In memory where there is such a place. */
const FOLDERS = ['/dev/shm', tmpdir()];

/** A file that two processes pass bytes through. */
export interface Window {
  /** -1 once it is closed. */
  readonly fd: number;
  close(): void;
}

/**
 * Makes a file without a name, its room taken already. It is gone when both have closed it, however they end.
 *
 * @throws where there is no room for it
 */
export function openWindow(): Window {
  const causes: unknown[] = [];
  for (const folder of FOLDERS) {
    try {
      return openIn(folder);
    } catch (cause) {
      causes.push(cause);
    }
  }
  const where = FOLDERS.join(' nor in ');
  throw new AggregateError(causes, `there is no room for ${WINDOW_BYTES} bytes, neither in ${where}`);
}

function openIn(folder: string): Window {
  const path = join(folder, `boxwire-${process.pid}-${randomUUID()}`);
  let fd = openSync(path, 'wx+', 0o600);
  const window = {
    get fd() {
      return fd;
    },
    close() {
      if (fd >= 0) closeSync(fd);
      // Its number may soon be another file's.
      fd = -1;
    },
  };
  try {
    // At once, or a server that is killed meanwhile would leave it behind.
    unlinkSync(path);
    if (writeSync(fd, new Uint8Array(WINDOW_BYTES), 0, WINDOW_BYTES, 0) < WINDOW_BYTES)
      throw new Error(`${folder} is full`);
    return window;
  } catch (error) {
    window.close();
    throw error;
  }
}
