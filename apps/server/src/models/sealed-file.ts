import { createHash, randomUUID } from 'node:crypto';
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isDiskFull } from '../disk-full.ts';

/*
 * Files that are written once, whole or not at all, and that end in a checksum of themselves, so that one which a
 * full disk or a bad sector has spoiled is not taken for good.
 */

/** Of the SHA-256 that a file ends in. */
export const DIGEST_CHARACTERS = 64;
const UNFINISHED = '.tmp';

/**
 * Writes `pieces`, `sealHead` and the SHA-256 of the pieces in hexadecimal. The file appears under its name once
 * it is complete; whoever else writes the same at the same time does not disturb.
 * @param sealHead what stands between the content and its SHA-256
 * @param pieces asked for once more where what a crash has left had to make room
 */
export async function writeSealedFile(
  path: string,
  pieces: () => Iterable<Uint8Array>,
  sealHead: Uint8Array,
): Promise<void> {
  try {
    await writeOnce(path, pieces(), sealHead);
  } catch (error) {
    if (!isDiskFull(error) || !(await removeLeftovers(path))) throw error;
    await writeOnce(path, pieces(), sealHead);
  }
}

async function writeOnce(path: string, pieces: Iterable<Uint8Array>, sealHead: Uint8Array): Promise<void> {
  const temporary = `${path}.${randomUUID()}${UNFINISHED}`;
  try {
    const file = await open(temporary, 'wx');
    try {
      const hash = createHash('sha256');
      for (const piece of pieces) {
        hash.update(piece);
        await file.writeFile(piece);
      }
      await file.writeFile(sealHead);
      await file.writeFile(hash.digest('hex'));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path).catch((error: NodeJS.ErrnoException) => {
      // Who was done earlier has removed it: the same file is there already.
      if (error.code !== 'ENOENT') throw error;
    });
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * Removes what processes that were killed have left of a file that is there now, or for which there is no room. No
 * clock tells it from what another process is writing; that one finds the file complete.
 * @returns whether there was any
 */
export async function removeLeftovers(path: string): Promise<boolean> {
  const names = await readdir(dirname(path));
  const left = names.filter((name) => name.startsWith(`${basename(path)}.`) && name.endsWith(UNFINISHED));
  for (const name of left) await rm(join(dirname(path), name), { force: true });
  return left.length > 0;
}

/** @returns the whole file, seal included; undefined if there is none, or if its seal does not fit its content */
export async function readSealedFile(path: string, sealHead: Uint8Array): Promise<Uint8Array | undefined> {
  let file: Uint8Array;
  try {
    file = await readFile(path);
  } catch {
    return undefined;
  }
  const digestAt = file.length - DIGEST_CHARACTERS;
  const contentEnd = digestAt - sealHead.length;
  if (contentEnd < 0 || Buffer.compare(file.subarray(contentEnd, digestAt), sealHead) !== 0) return undefined;
  const digest = createHash('sha256').update(file.subarray(0, contentEnd)).digest('hex');
  return digest === Buffer.from(file.subarray(digestAt)).toString('latin1') ? file : undefined;
}
