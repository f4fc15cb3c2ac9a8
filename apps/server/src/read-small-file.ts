import { readFileSync, statSync } from 'node:fs';

/** Some hundred thousand tokens, or a hundred times the authorities that systems trust. */
const MAX_BYTES = 16 * 2 ** 20;

/**
 * A file that people maintain, whole. What is none is refused: it may never end, as /dev/zero, or never begin, as a pipe
 * that nobody writes to, and gives nothing when it is read again.
 */
export function readSmallFile(path: string): Buffer {
  const about = statSync(path);
  if (!about.isFile()) throw new Error('it is no file');
  if (about.size > MAX_BYTES) throw new Error(`it has ${about.size} bytes; at most ${MAX_BYTES} are allowed`);
  return readFileSync(path);
}
