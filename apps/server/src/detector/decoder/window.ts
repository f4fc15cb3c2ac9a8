import { randomUUID } from 'node:crypto';
import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isOutOfHandles } from '@boxwire/video/out-of-handles';
import { WINDOW_BYTES } from './decoder-protocol.ts';

/** In memory where there is such a place. */
const FOLDERS = ['/dev/shm', tmpdir()];

/** There is nowhere to put one; the message is one line for people. */
export class NoWindowError extends Error {
  constructor(causes: readonly Error[]) {
    const reasons = causes.map(({ message }) => message).join('; ');
    super(
      `The decoder of each of WORKERS needs ${WINDOW_BYTES} bytes in ${FOLDERS.join(' or ')}, and gets none: ${reasons}`,
    );
    this.name = 'NoWindowError';
  }
}

/** A file that two processes pass bytes through. */
export interface Window {
  /** -1 once it is closed. */
  readonly fd: number;
  close(): void;
}

/**
 * Makes a file without a name, its room taken already. It is gone when both have closed it, however they end.
 *
 * @throws {NoWindowError} where there is no room for it
 */
export function openWindow(): Window {
  const causes: Error[] = [];
  for (const folder of FOLDERS) {
    try {
      return openIn(folder);
    } catch (cause) {
      if (isOutOfHandles(cause)) throw cause;
      causes.push(cause as Error);
    }
  }
  throw new NoWindowError(causes);
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
