import { existsSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from './error-code.ts';

/**
 * Makes a folder and those above it, unless it is there. As `mkdir` with `recursive`, which never ends where a folder
 * is there and still nothing can be made in it for there being "no such file", as in /proc.
 */
export async function makeFolder(path: string): Promise<void> {
  let error = await tryToMake(path);
  if (errorCode(error) === 'ENOENT') {
    const above = dirname(path);
    if (!existsSync(above)) await makeFolder(above);
    // Somebody else may have made what is above just now, too.
    error = await tryToMake(path);
  }
  if (error && !(await isFolder(path))) throw error;
}

/** @returns why it could not be made */
function tryToMake(path: string): Promise<unknown> {
  return mkdir(path).then(
    () => undefined,
    (error: unknown) => error,
  );
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (about) => about.isDirectory(),
    () => false,
  );
}
