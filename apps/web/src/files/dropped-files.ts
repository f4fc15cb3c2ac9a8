import { renamed } from './path-names.ts';

/**
 * The files that are dropped, those in folders as well, at any depth and without hidden ones. As `pnpm detect` has it, a
 * folder's files come in the order of their paths and are called by them: from that folder or, where two would be called
 * the same, with its name. Must be called while the event lasts: what is dropped is out of reach afterwards.
 */
export async function droppedFiles({
  items,
  files,
}: Pick<DataTransfer, 'items' | 'files'>): Promise<readonly File[]> {
  const loose = [...files].filter(({ name }) => !BOOKKEEPING.test(name));
  const entries = [...items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (!entries.some(({ isDirectory }) => isDirectory)) return loose;
  const groups = await Promise.all(entries.map((entry) => allIn([entry])));
  const found = groups.flatMap((group) => group.toSorted((a, b) => byName(a.path, b.path)));
  const areApart = new Set(found.map(fromFolder)).size === found.length;
  return found.map((one) => renamed(one.file, areApart ? fromFolder(one) : one.path));
}

/** What file managers put into folders for themselves, and people do not see. */
const BOOKKEEPING = /^(\.DS_Store|Thumbs\.db|desktop\.ini)$/i;

interface Found {
  readonly file: File;
  /** From where it was dropped: begins with the dropped folder's name. */
  readonly path: string;
}

function fromFolder({ path }: Found): string {
  return path.slice(path.indexOf('/') + 1);
}

/** 2.jpg before 10.jpg. */
function byName(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

/** What cannot be read keeps nothing else from being taken. */
async function allIn(entries: readonly FileSystemEntry[]): Promise<readonly Found[]> {
  return (await Promise.all(entries.map((entry) => filesIn(entry).catch(() => [])))).flat();
}

async function filesIn(entry: FileSystemEntry): Promise<readonly Found[]> {
  if (entry.name.startsWith('.') || BOOKKEEPING.test(entry.name)) return [];
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return [{ file, path: entry.fullPath.slice(1) }];
  }
  if (!isFolder(entry)) return [];
  const reader = entry.createReader();
  const found: Found[] = [];
  for (;;) {
    // It comes in portions; an empty one is the end.
    const portion = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (portion.length === 0) return found;
    found.push(...(await allIn(portion)));
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
