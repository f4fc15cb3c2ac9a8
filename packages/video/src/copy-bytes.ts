/**
 * Copies all of `source` into `target`, from `at` on. Where either is shared memory, JavaScript's own `set` copies word by
 * word, or byte by byte if the two are aligned differently, which takes ten times as long. Node's copy does not, but hands
 * whole arrays on to `set`: so it gets all but the last byte.
 */
export function copyBytes(source: Uint8Array, target: Uint8Array, at = 0): void {
  const last = source.length - 1;
  if (last < 0) return;
  if (at + last >= target.length) throw new RangeError('there is no room for it');
  Buffer.prototype.copy.call(source, target, at, 0, last);
  target[at + last] = source[last] as number;
}
