/** Boxes of MP4: names and the lengths of what they hold. */
export function boxes(...list: [name: string, contents: number][]): Buffer {
  return Buffer.concat(
    list.map(([name, contents]) => {
      const box = Buffer.alloc(8 + contents);
      box.writeUInt32BE(box.length);
      box.write(name, 4, 'latin1');
      return box;
    }),
  );
}
