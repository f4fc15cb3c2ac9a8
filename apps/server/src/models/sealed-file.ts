import { createHash, randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';

/*
 * Files that are written once, whole or not at all, and that end in a checksum of themselves, so that one which a
 * full disk or a bad sector has spoiled is not taken for good.
 */

/** What stands between the content and its SHA-256. */
export type SealHead = Uint8Array;

const DIGEST_CHARACTERS = 64;

/**
 * Writes `pieces`, `sealHead` and the SHA-256 of the pieces in hexadecimal. The file appears under its name once
 * it is complete; whoever else writes it at the same time does not disturb.
 */
export async function writeSealedFile(
  path: string,
  pieces: Iterable<Uint8Array>,
  sealHead: SealHead,
): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
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
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** @returns the whole file, seal included; undefined if there is none, or if its seal does not fit its content */
export async function readSealedFile(path: string, sealHead: SealHead): Promise<Uint8Array | undefined> {
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
