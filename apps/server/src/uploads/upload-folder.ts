import { type FileHandle, open, readdir, readFile, rename, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '@boxwire/video/error-code';
import { makeFolder } from '@boxwire/video/make-folder';
import type { Upload } from './upload.ts';

/** What is kept about an upload, in `<id>.json` beside its bytes in `<id>.data`. */
export type StoredUpload = Omit<Upload, 'id' | 'maxPieceBytes'>;

const FILE_NAME = /^([0-9a-f]{32})\.(json|data|json\.partial)$/;

/** Uploads as files. Who writes to one of them must not do so twice at a time. */
export class UploadFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  dataPath(id: string): string {
    return join(this.#folder, `${id}.data`);
  }

  /** All that are whole; bytes that were written and never committed are cut off. */
  async load(): Promise<Map<string, StoredUpload>> {
    const uploads = new Map<string, StoredUpload>();
    for (const [id, kinds] of await this.#list()) {
      if (!kinds.has('json')) continue;
      try {
        uploads.set(id, await this.#loadOne(id));
      } catch (error) {
        // What cannot be read just now may be readable by the next process.
        const code = errorCode(error) ?? 'ENOENT';
        if (code === 'ENOENT') await this.remove(id).catch(() => {});
      }
    }
    return uploads;
  }

  async create(id: string, stored: StoredUpload): Promise<void> {
    await makeFolder(this.#folder);
    await withFile(this.dataPath(id), 'wx', async () => {});
    await this.save(id, stored);
  }

  /** Resolves when the bytes are on the disk. What stood there before is overwritten. */
  write(id: string, position: number, bytes: Uint8Array): Promise<void> {
    return withFile(this.dataPath(id), 'r+', async (file) => {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
        done += bytesWritten;
      }
      await file.datasync();
    });
  }

  /** Replaces what is kept about an upload, whole or not at all. */
  async save(id: string, stored: StoredUpload): Promise<void> {
    const partial = `${this.#jsonPath(id)}.partial`;
    await withFile(partial, 'w', async (file) => {
      await file.writeFile(JSON.stringify(stored));
      await file.sync();
    });
    await rename(partial, this.#jsonPath(id));
    await withFile(this.#folder, 'r', (file) => file.sync());
  }

  async remove(id: string): Promise<void> {
    const jsonPath = this.#jsonPath(id);
    // What is kept about it goes first: bytes alone are a remnant, and no upload.
    for (const path of [jsonPath, `${jsonPath}.partial`, this.dataPath(id)]) await rm(path, { force: true });
  }

  /** Removes what a crash has left half made, and what could not be removed before; not what `isKnown`. */
  async removeRemnants(isKnown: (id: string) => boolean): Promise<void> {
    for (const [id, kinds] of await this.#list()) {
      // Tried again with the next sweep where it cannot be done now.
      if (!kinds.has('json') && !isKnown(id)) await this.remove(id).catch(() => {});
    }
  }

  #jsonPath(id: string): string {
    return join(this.#folder, `${id}.json`);
  }

  /** What there is of each. */
  async #list(): Promise<Map<string, Set<string>>> {
    const names = await readdir(this.#folder).catch(() => []);
    const found = new Map<string, Set<string>>();
    for (const name of names) {
      const [, id, kind] = FILE_NAME.exec(name) ?? [];
      if (id && kind) found.set(id, (found.get(id) ?? new Set()).add(kind));
    }
    return found;
  }

  async #loadOne(id: string): Promise<StoredUpload> {
    const stored = readStored(await readFile(this.#jsonPath(id), 'utf8'));
    const { size } = await stat(this.dataPath(id));
    const committedBytes = Math.min(stored.committedBytes, size);
    // Where that may not be done they stay, and are never read.
    if (size > committedBytes) await truncate(this.dataPath(id), committedBytes).catch(() => {});
    return { ...stored, committedBytes };
  }
}

/** @throws where the text is not what `save` writes */
function readStored(text: string): StoredUpload {
  const { name, owner = '', mediaType, sizeBytes, committedBytes, finished, expiresAtMs } = JSON.parse(text);
  const isWhole =
    typeof name === 'string' &&
    typeof owner === 'string' &&
    typeof mediaType === 'string' &&
    typeof finished === 'boolean' &&
    [sizeBytes, committedBytes, expiresAtMs].every((value) => Number.isSafeInteger(value) && value >= 0);
  if (!isWhole) throw new Error('not the description of an upload');
  return { name, owner, mediaType, sizeBytes, committedBytes, finished, expiresAtMs };
}

async function withFile(
  path: string,
  flags: string,
  use: (file: FileHandle) => Promise<void>,
): Promise<void> {
  const file = await open(path, flags);
  try {
    await use(file);
  } finally {
    await file.close();
  }
}
