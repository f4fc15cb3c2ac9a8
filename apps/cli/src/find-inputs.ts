import { glob, readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';

/** A file to be looked at, or why there is none. */
export type Input =
  | { readonly path: string; readonly source: string }
  | { readonly source: string; readonly problem: string };

/** What is picked out of a folder; files that are named are read whatever their ending. */
const MEDIA = /\.(jpe?g|png|webp|avif|gif|tiff?|mp4|m4v|mov|webm|mkv|avi)$/i;
const GLOB = /[*?[\]{}]/;

/**
 * Turns what was typed into files, each once, however often it was named. A file is called by its name, one in a folder
 * by its path from that folder; where two would be called the same, by their paths as typed.
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
  const count = Map.groupBy(found, ({ source }) => source);
  return found.map(({ long, ...input }) => {
    return (count.get(input.source)?.length ?? 0) > 1 ? { ...input, source: long } : input;
  });
}

type Found = Input & { readonly long: string };

async function expand(typed: string, folder: string): Promise<Found[]> {
  const path = resolve(folder, typed);
  const about = await stat(path).catch(() => undefined);
  if (about?.isDirectory()) return expandFolder(typed, path);
  if (about) return [{ path, source: basename(path), long: typed }];
  const matches = GLOB.test(typed) ? await Array.fromAsync(glob(typed, { cwd: folder })) : [];
  const files = matches.filter((match) => MEDIA.test(match)).sort(byName);
  if (files.length === 0) return [{ source: typed, long: typed, problem: 'there is no such file' }];
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

/** The pictures and videos in a folder and those below, by their paths from `top`, and folders that cannot be read. */
async function readFolder(top: string, below = ''): Promise<{ name: string; problem?: string }[]> {
  try {
    const entries = await readdir(join(top, below), { withFileTypes: true });
    const found = entries.map((entry) => {
      const name = join(below, entry.name);
      if (entry.isDirectory()) return readFolder(top, name);
      return entry.isFile() && MEDIA.test(name) ? [{ name }] : [];
    });
    return (await Promise.all(found)).flat();
  } catch (error) {
    return [{ name: below, problem: `it cannot be read: ${(error as Error).message}` }];
  }
}

/** 2.jpg before 10.jpg. */
function byName(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
