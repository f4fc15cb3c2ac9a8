/** A file's own name, of what may be its path in a folder. */
export function ownName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** As much of a path as tells files apart at a glance: "…/night/1.jpg" of "2024/may/night/1.jpg". */
export function shortPath(path: string): string {
  const parts = path.split('/');
  return parts.length > 2 ? ['…', ...parts.slice(-2)].join('/') : path;
}

/** The same file under another name. */
export function renamed(file: File, name: string): File {
  const { type, lastModified } = file;
  return name === file.name ? file : new File([file], name, { type, lastModified });
}

/** Files whose names are unlike each other and unlike those that are taken: a second "a/1.jpg" is called "a/1 (2).jpg". */
export function withOwnNames(files: readonly File[], taken: Iterable<string>): readonly File[] {
  const names = new Set(taken);
  return files.map((file) => {
    const name = freeName(file.name, names);
    names.add(name);
    return renamed(file, name);
  });
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  const [stem, ending] = split(name);
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${stem} (${number})${ending}`;
  return free;
}

/** "1 (2).jpg" and "1.jpg" may be the same file. */
export function withoutNumber(name: string): string {
  const [stem, ending] = split(name);
  return stem.replace(/ \(\d+\)$/, '') + ending;
}

/** The ending begins with its dot; a name that begins with its only dot has none. */
function split(path: string): [stem: string, ending: string] {
  const dot = path.lastIndexOf('.');
  const at = dot > path.lastIndexOf('/') + 1 ? dot : path.length;
  return [path.slice(0, at), path.slice(at)];
}
