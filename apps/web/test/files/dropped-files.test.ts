import { describe, expect, it } from 'vitest';
import { droppedFiles } from '../../src/files/dropped-files.ts';

type Tree = { readonly [name: string]: Tree | File };

/** What a browser tells of a folder or a file. */
function entry(name: string, content: Tree | File, folder = ''): FileSystemEntry {
  const fullPath = `${folder}/${name}`;
  if (content instanceof File) {
    return {
      name,
      fullPath,
      isFile: true,
      isDirectory: false,
      file: (done: (file: File) => void) => done(content),
    } as never;
  }
  const createReader = () => {
    const left = Object.entries(content).map(([child, inside]) => entry(child, inside, fullPath));
    // One at a time, as browsers give a hundred.
    return { readEntries: (done: (portion: FileSystemEntry[]) => void) => done(left.splice(0, 1)) };
  };
  return { name, fullPath, isFile: false, isDirectory: true, createReader } as never;
}

const file = (name: string) => new File(['x'], name);

function drop(content: Tree) {
  const items = Object.entries(content).map(([name, inside]) => ({
    webkitGetAsEntry: () => entry(name, inside),
  }));
  const files = Object.values(content).filter((inside) => inside instanceof File);
  return { items, files } as never;
}

const namesOf = async (content: Tree) => (await droppedFiles(drop(content))).map(({ name }) => name);

describe('droppedFiles', () => {
  it('are the files themselves', async () => {
    expect(await namesOf({ a: file('a'), b: file('b') })).toEqual(['a', 'b']);
  });

  it('are those in folders, too, but no hidden ones', async () => {
    const content = { b: file('b'), inner: { c: file('c') }, '.hidden': file('.hidden') };
    expect(await namesOf({ a: file('a'), folder: content, empty: {} })).toEqual(['a', 'b', 'inner/c']);
  });

  it('are none that file managers keep for themselves, in folders or beside other files', async () => {
    const kept = { '.DS_Store': file('.DS_Store'), 'Thumbs.db': file('Thumbs.db') };
    expect(await namesOf({ ...kept, a: file('a') })).toEqual(['a']);
    const folder = { ...kept, 'Desktop.ini': file('Desktop.ini'), b: file('b') };
    expect(await namesOf({ a: file('a'), folder })).toEqual(['a', 'b']);
  });

  it('are called by where they are in a folder, and come in that order', async () => {
    const folder = { b: { '1': file('1') }, a: { '10': file('10'), '2': file('2') } };
    expect(await namesOf({ z: file('z'), folder })).toEqual(['z', 'a/2', 'a/10', 'b/1']);
  });

  it('have the names of the folders as well where two would be called the same', async () => {
    const folders = { b: { '1': file('1') }, a: { '1': file('1'), '2': file('2') } };
    expect(await namesOf(folders)).toEqual(['b/1', 'a/1', 'a/2']);
  });

  it('keep their type, time and content', async () => {
    const given = new File(['content'], '1', { type: 'image/png', lastModified: 5 });
    const [found] = await droppedFiles(drop({ folder: { a: { '1': given } } }));
    expect(found).toMatchObject({ name: 'a/1', type: 'image/png', lastModified: 5 });
    expect(await found?.text()).toBe('content');
  });

  it('are those that can be read, whatever is beside them', async () => {
    const refuse = (_: unknown, fail: (error: Error) => void) => fail(new Error('not allowed'));
    const gone = { name: 'gone', isFile: true, isDirectory: false, file: refuse };
    const closed = { name: 'closed', isDirectory: true, createReader: () => ({ readEntries: refuse }) };
    const entries = [entry('a', file('a')), gone, closed, entry('folder', { b: file('b') })];
    const items = entries.map((one) => ({ webkitGetAsEntry: () => one }));
    const found = await droppedFiles({ items, files: [] } as never);
    expect(found.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('are none of what is only text', async () => {
    expect(await droppedFiles({ items: [{ webkitGetAsEntry: () => null }], files: [] } as never)).toEqual([]);
  });
});
