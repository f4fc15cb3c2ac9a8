/** A file of the browser's own, out of sight, for what is too large for memory. */
export interface ScratchFile {
  /** Takes writes at any position; what was written counts once it is closed. */
  readonly writable: FileSystemWritableFileStream;
  read(type: string): Promise<File>;
  /** Removes it unread. */
  discard(): Promise<void>;
}

const PREFIX = 'annotated-';

/** Downloads are long done by then. */
const KEPT_MS = 3_600_000;

/** Safari before 26 keeps such files, but lets no page write into them. */
export function canWriteScratchFiles(): boolean {
  return 'FileSystemFileHandle' in globalThis && 'createWritable' in FileSystemFileHandle.prototype;
}

/** @param extension with its dot */
export async function createScratchFile(extension: string): Promise<ScratchFile> {
  const folder = await navigator.storage.getDirectory();
  const name = `${PREFIX}${Date.now()}${extension}`;
  const handle = await folder.getFileHandle(name, { create: true });
  const writable = await handle.createWritable();
  return {
    writable,
    read: async (type) => new File([await handle.getFile()], name, { type }),
    async discard() {
      // What is closed already cannot be aborted, which is no fault.
      await writable.abort().catch(() => {});
      await removeScratchFile(name);
    },
  };
}

/** Removes a file, unless it is in use. */
export async function removeScratchFile(name: string): Promise<void> {
  const folder = await navigator.storage.getDirectory();
  await folder.removeEntry(name).catch(() => {});
}

/** Removes what pages that are gone have left. */
export async function removeOldScratchFiles(): Promise<void> {
  // Browsers have none on addresses without TLS.
  const folder = await navigator.storage?.getDirectory();
  for await (const name of folder?.keys() ?? []) {
    const madeMs = Number(name.slice(PREFIX.length).split('.')[0]);
    if (name.startsWith(PREFIX) && Math.abs(Date.now() - madeMs) > KEPT_MS) await removeScratchFile(name);
  }
}
