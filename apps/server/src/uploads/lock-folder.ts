import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFolder } from '@boxwire/video/make-folder';

/** In the folder of uploads, for as long as the folder is there; empty. */
export const LOCK_FILE = 'server.lock';

const SQLITE_BUSY = 5;
const LOOK_AGAIN_MS = 100;

/**
 * - `no-folder`: a file is there, or on the way
 * - `unlocked`: the folder or its file system does not let itself be locked, for `reason`
 */
export type FolderLock =
  | { readonly state: 'locked' | 'in-use' | 'no-folder' }
  | { state: 'unlocked'; reason: string };

/** What is locked stays so until the process ends, however it does. */
const held: DatabaseSync[] = [];

/**
 * Takes a folder for this process alone. The system itself gives the lock back, also after a SIGKILL: it is one of
 * SQLite's, on a database in which there never is anything, nor beside it.
 * @param waitMs how long another process may still have it
 * @param onWait called once if it is waited for
 */
export async function lockFolder(folder: string, waitMs: number, onWait: () => void): Promise<FolderLock> {
  const giveUpAt = performance.now() + waitMs;
  for (let isFirst = true; ; isFirst = false) {
    const lock = await tryLock(folder);
    if (lock.state !== 'in-use' || performance.now() > giveUpAt) return lock;
    if (isFirst) onWait();
    await sleep(LOOK_AGAIN_MS);
  }
}

async function tryLock(folder: string): Promise<FolderLock> {
  let database: DatabaseSync | undefined;
  try {
    await makeFolder(folder);
    database = new DatabaseSync(join(folder, LOCK_FILE));
    database.exec('PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    held.push(database);
    return { state: 'locked' };
  } catch (error) {
    database?.close();
    const { code, errcode, message } = error as NodeJS.ErrnoException & { errcode?: number };
    if (code === 'EEXIST' || code === 'ENOTDIR') return { state: 'no-folder' };
    return errcode === SQLITE_BUSY ? { state: 'in-use' } : { state: 'unlocked', reason: message };
  }
}
