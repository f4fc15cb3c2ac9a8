import type { Dirent } from 'node:fs';
import { glob, readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { errorCode } from '@boxwire/video/error-code';

/** A file to be looked at, or why there is none. */
export type Input =
  | {
      readonly path: string;
      readonly source: string;
      /** It gives its bytes once, from the first to the last. */
      readonly isPipe?: true;
    }
  | { readonly source: string; readonly problem: string };

/** Standard input, as typed and as a path. */
export const STDIN = '-';

/** What is picked out of a folder; files that are named are read whatever their ending. */
const MEDIA = /\.(jpe?g|png|webp|avif|gif|tiff?|mp4|m4v|mov|webm|mkv|avi)$/i;
const GLOB = /[*?[\]{}]/;

/**
 * Turns what was typed into files, each once, however often it was named. A file is called by its name, one in a folder
 * by its path from that folder; where two would be called the same, by their paths as typed. Only standard
 * input is called `stdin`.
 */
export async function findInputs(typed: readonly string[], folder: string): Promise<Input[]> {
  const groups = await Promise.all(typed.map((pattern) => expand(pattern, folder)));
  const paths = new Set<string>();
  const found = groups.flat().filter((input) => {
    if ('problem' in input) return true;
    const isNew = !paths.has(input.path);
    paths.add(input.path);
    return isNew;
  });
  return nameApart(found);
}

type Found = Input & { readonly long: string };

/** Gives those that are called the same their longer names; one may then be another's short name, which grows, too. */
function nameApart(found: readonly Found[]): Input[] {
  const named = found.map(({ long, ...input }) => {
    return { input, longer: 'problem' in input || input.path === STDIN ? [] : [long, input.path] };
  });
  for (let grew = true; grew; ) {
    grew = false;
    for (const same of Map.groupBy(named, ({ input }) => input.source).values()) {
      if (same.length === 1) continue;
      const most = Math.max(...same.map(({ longer }) => longer.length));
      for (const one of same.filter(({ longer }) => longer.length === most)) {
        const source = one.longer.shift();
        if (source === undefined) continue;
        one.input = { ...one.input, source };
        grew = true;
      }
    }
  }
  return named.map(({ input }) => input);
}

async function expand(typed: string, folder: string): Promise<Found[]> {
  if (typed === STDIN) return [{ path: STDIN, source: 'stdin', long: typed, isPipe: true }];
  const path = resolve(folder, typed);
  try {
    const about = await stat(path);
    if (about.isDirectory()) return await expandFolder(typed, path);
    const file = { path, source: basename(path), long: typed };
    if (about.isFile()) return [file];
    return [about.isFIFO() ? { ...file, isPipe: true } : { source: typed, long: typed, problem: NO_FILE }];
  } catch (error) {
    if (!isMissing(error)) return [{ source: typed, long: typed, problem: unreadable(error) }];
    return expandGlob(typed, folder);
  }
}

async function expandGlob(typed: string, folder: string): Promise<Found[]> {
  const matches = GLOB.test(typed) ? await Array.fromAsync(glob(typed, { cwd: folder })) : [];
  const files = matches.filter((match) => MEDIA.test(match)).sort(byName);
  if (files.length === 0) {
    const problem = matches.length > 0 ? 'it matches no pictures or videos' : missing(typed);
    return [{ source: typed, long: typed, problem }];
  }
  return files.map((file) => ({ path: resolve(folder, file), source: basename(file), long: file }));
}

async function expandFolder(typed: string, path: string): Promise<Found[]> {
  const files = await readFolder(path);
  if (files.length === 0)
    return [{ source: typed, long: typed, problem: 'there are no pictures or videos in it' }];
  return files
    .sort((a, b) => byName(a.name, b.name))
    .map(({ name, problem }) => {
      const long = join(typed, name);
      if (problem !== undefined) return { source: long, long, problem };
      return { path: join(path, name), source: name, long };
    });
}

interface InFolder {
  readonly name: string;
  readonly problem?: string;
}

/**
 * The pictures and videos in a folder and those below, by their paths from `top`, and what cannot be read. Links are
 * followed, to each folder once, and last: what is below anyway is called by where it is.
 */
async function readFolder(top: string): Promise<InFolder[]> {
  const found: InFolder[] = [];
  const seen = new Set<string>();
  const below = [''];
  const linked: string[] = [];
  while (below.length + linked.length > 0) {
    const folder = below.shift() ?? linked.shift() ?? '';
    try {
      const real = await realpath(join(top, folder));
      if (seen.has(real)) continue;
      seen.add(real);
      const entries = await readdir(join(top, folder), { withFileTypes: true });
      for (const entry of entries.sort((a, b) => byName(a.name, b.name))) {
        const name = join(folder, entry.name);
        const kind = await kindOf(entry);
        if (kind === 'folder') (entry.isSymbolicLink() ? linked : below).push(name);
        else if (kind !== 'other' && MEDIA.test(name)) found.push({ name, ...kind });
      }
    } catch (error) {
      found.push({ name: folder, problem: unreadable(error) });
    }
  }
  return found;
}

/** What is there, or where the link leads. */
async function kindOf(entry: Dirent): Promise<'folder' | 'other' | { problem?: string }> {
  try {
    const about = entry.isSymbolicLink() ? await stat(join(entry.parentPath, entry.name)) : entry;
    if (about.isDirectory()) return 'folder';
    return about.isFile() ? {} : 'other';
  } catch (error) {
    return { problem: unreadable(error) };
  }
}

const NO_FILE = 'it is neither a file nor a folder nor a pipe';
/** What stands in a name for bytes that are no UTF-8, and is not found on the disk. */
const REPLACED = '\ufffd';
const ADDRESS = /^[a-z][a-z\d+.-]*:\/\//i;

/** What to say of a file that is not there. */
export function missing(name: string): string {
  if (ADDRESS.test(name)) return 'it is an address, not a file: curl -fsSL ADDRESS | pnpm detect -';
  return name.includes(REPLACED)
    ? 'there is no such file, or its name is not UTF-8'
    : 'there is no such file';
}

/** A glob may be longer than any name. */
function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(errorCode(error) ?? '');
}

/** What to say of a file or folder that is there. */
export function unreadable(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EACCES') return 'it may not be read';
  return code === 'ENOENT' ? 'it is a link that leads nowhere' : `it cannot be read: ${message}`;
}

/** 2.jpg before 10.jpg. */
function byName(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
