/**
 * Copies `source`, or its bytes from `start` to `end`, into `target` from `at` on. Where either is shared memory, JavaScript's
 * own `set` copies word by word, or byte by byte if the two are aligned differently, which takes ten times as long. Node's copy
 * does not, but hands whole arrays on to `set`: so it gets all but the last byte.
 */
export function copyBytes(
  source: Uint8Array,
  target: Uint8Array,
  at = 0,
  start = 0,
  end = source.length,
): void {
  const count = end - start;
  if (count <= 0) return;
  if (end > source.length || at + count > target.length) throw new RangeError('there is no room for it');
  Buffer.prototype.copy.call(source, target, at, start, end - 1);
  target[at + count - 1] = source[end - 1] as number;
}
