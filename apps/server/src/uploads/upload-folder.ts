import {
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  truncate,
} from 'node:fs/promises';
import { join } from 'node:path';
import type { Upload } from './upload.ts';

/** What is kept about an upload, in `<id>.json` beside its bytes in `<id>.data`. */
export type StoredUpload = Omit<Upload, 'id' | 'maxPieceBytes'>;

/** Uploads as files. Who writes to one of them must not do so twice at a time. */
export interface UploadFolder {
  dataPath(id: string): string;
  /** All that are whole; bytes that were written and never committed are cut off. */
  load(): Promise<Map<string, StoredUpload>>;
  create(id: string, stored: StoredUpload): Promise<void>;
  /** Resolves when the bytes are on the disk. What stood there before is overwritten. */
  write(id: string, position: number, bytes: Uint8Array): Promise<void>;
  /** Replaces what is kept about an upload, whole or not at all. */
  save(id: string, stored: StoredUpload): Promise<void>;
  remove(id: string): Promise<void>;
  /** Removes what a crash has left half made, and what could not be removed before; not what `isKnown`. */
  removeRemnants(isKnown: (id: string) => boolean): Promise<void>;
}

const FILE_NAME = /^([0-9a-f]{32})\.(json|data|json\.partial)$/;

export function createUploadFolder(folder: string): UploadFolder {
  const dataPath = (id: string) => join(folder, `${id}.data`);
  const jsonPath = (id: string) => join(folder, `${id}.json`);

  async function list(): Promise<Map<string, Set<string>>> {
    const names = await readdir(folder).catch(() => []);
    const found = new Map<string, Set<string>>();
    for (const name of names) {
      const [, id, kind] = FILE_NAME.exec(name) ?? [];
      if (id && kind) found.set(id, (found.get(id) ?? new Set()).add(kind));
    }
    return found;
  }

  async function loadOne(id: string): Promise<StoredUpload> {
    const stored = readStored(await readFile(jsonPath(id), 'utf8'));
    const { size } = await stat(dataPath(id));
    const committedBytes = Math.min(stored.committedBytes, size);
    // Where that may not be done they stay, and are never read.
    if (size > committedBytes) await truncate(dataPath(id), committedBytes).catch(() => {});
    return { ...stored, committedBytes };
  }

  async function save(id: string, stored: StoredUpload): Promise<void> {
    const partial = `${jsonPath(id)}.partial`;
    await withFile(partial, 'w', async (file) => {
      await file.writeFile(JSON.stringify(stored));
      await file.sync();
    });
    await rename(partial, jsonPath(id));
    await withFile(folder, 'r', (file) => file.sync());
  }

  async function remove(id: string): Promise<void> {
    // What is kept about it goes first: bytes alone are a remnant, and no upload.
    for (const path of [jsonPath(id), `${jsonPath(id)}.partial`, dataPath(id)])
      await rm(path, { force: true });
  }

  return {
    dataPath,
    save,
    remove,
    async load() {
      const uploads = new Map<string, StoredUpload>();
      for (const [id, kinds] of await list()) {
        if (!kinds.has('json')) continue;
        try {
          uploads.set(id, await loadOne(id));
        } catch (error) {
          // What cannot be read just now may be readable by the next process.
          const { code = 'ENOENT' } = error as NodeJS.ErrnoException;
          if (code === 'ENOENT') await remove(id).catch(() => {});
        }
      }
      return uploads;
    },
    async create(id, stored) {
      await mkdir(folder, { recursive: true });
      await withFile(dataPath(id), 'wx', async () => {});
      await save(id, stored);
    },
    write: (id, position, bytes) =>
      withFile(dataPath(id), 'r+', async (file) => {
        for (let done = 0; done < bytes.length; ) {
          const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
          done += bytesWritten;
        }
        await file.datasync();
      }),
    async removeRemnants(isKnown) {
      for (const [id, kinds] of await list()) {
        // Tried again with the next sweep where it cannot be done now.
        if (!kinds.has('json') && !isKnown(id)) await remove(id).catch(() => {});
      }
    },
  };
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
