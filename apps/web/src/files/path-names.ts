/** A file's own name, of what may be its path in a folder. */
export function ownName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** As much of a path as tells files apart at a glance: "…/night/1.jpg" of "2024/may/night/1.jpg". */
export function shortPath(path: string): string {
  const parts = path.split('/');
  return parts.length > 2 ? ['…', ...parts.slice(-2)].join('/') : path;
}
