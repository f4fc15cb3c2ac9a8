import { randomUUID } from 'node:crypto';
import { readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/*
 * The unfinished file of a download, beside the file it is to become. At rest it is called `<name>.partial`; while
 * a process writes it, it has a name of that process's own, `<name>.<uuid>.partial`. Taking it is a rename, which
 * one of several processes wins, so two never write to the same file.
 */

/**
 * Writing keeps a file young; one as old as this was left by a process that was killed, and so was one as far in the
 * future: the clock was set back since. A process that has its file taken begins anew.
 */
const ABANDONED_AFTER_MS = 120_000;

/** @returns the path to write to, made by nobody else; there may be a file already, to be continued */
export async function takePartialFile(path: string): Promise<string> {
  const own = `${path}.${randomUUID()}.partial`;
  for (const left of await findPartialFiles(path)) {
    try {
      // Young before it is renamed, or it would look abandoned to others.
      const now = new Date();
      await utimes(left, now, now);
      await rename(left, own);
      return own;
    } catch {
      // Another process was faster.
    }
  }
  return own;
}

/** Leaves an unfinished file for the next attempt, here or in another process. */
export async function leavePartialFile(path: string, own: string): Promise<void> {
  try {
    const { size } = await stat(own);
    if (size === 0) await rm(own, { force: true });
    else await rename(own, `${path}.partial`);
  } catch {
    // There is none.
  }
}

/** Removes what nobody will continue any more, since the file is there; what cannot be removed stays. */
export async function removePartialFiles(path: string): Promise<void> {
  for (const left of await findPartialFiles(path)) await rm(left, { force: true }).catch(() => {});
}

/** Files that nobody writes, to be continued; the largest first. */
async function findPartialFiles(path: string): Promise<string[]> {
  const folder = dirname(path);
  const prefix = `${basename(path)}.`;
  const found: { path: string; bytes: number }[] = [];
  for (const name of await readdir(folder)) {
    if (!name.startsWith(prefix) || !name.endsWith('.partial')) continue;
    const candidate = join(folder, name);
    const state = await stat(candidate).catch(() => undefined);
    const isAtRest = candidate === `${path}.partial`;
    if (state && (isAtRest || Math.abs(Date.now() - state.mtimeMs) > ABANDONED_AFTER_MS)) {
      found.push({ path: candidate, bytes: state.size });
    }
  }
  return found.sort((a, b) => b.bytes - a.bytes).map((file) => file.path);
}
