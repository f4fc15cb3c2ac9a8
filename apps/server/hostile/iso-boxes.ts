/** A box of ISO 14496-12: its size, its name, what is in it. */
export function box(name: string, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8);
  head.write(name, 4, 'latin1');
  return Buffer.concat([head, body]);
}

/** Where the box of that name begins; the first one, at whatever depth. */
export function findBox(bytes: Buffer, name: string): number {
  return bytes.indexOf(name, 'latin1') - 4;
}

/** `bytes` with 32-bit numbers written into the box of that name, `at` bytes behind its name. */
export function withNumbers(bytes: Buffer, name: string, at: number, numbers: readonly number[]): Buffer {
  const copy = Buffer.from(bytes);
  const start = findBox(bytes, name) + 8 + at;
  for (const [index, number] of numbers.entries()) copy.writeUInt32BE(number >>> 0, start + 4 * index);
  return copy;
}
