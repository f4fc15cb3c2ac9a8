import { describe, expect, test } from 'vitest';
import { openZip } from '../../src/models/checkpoint/zip.ts';
import { ModelError } from '../../src/models/model-error.ts';
import { writeZip, type ZipEntry } from './support/write-zip.ts';

const hello: ZipEntry = { name: 'a/hello', bytes: Buffer.from('hello hello hello hello') };

function readAll(file: Uint8Array): string[] {
  const zip = openZip(file);
  return zip.names.map((name) => Buffer.from(zip.read(name)).toString());
}

test('an empty archive', () => {
  expect(openZip(writeZip([])).names).toEqual([]);
});

test('stored and compressed entries, and a comment at the end', () => {
  const entries = [
    hello,
    { name: 'ä', bytes: Buffer.from('world'), deflate: true },
    { name: 'none', bytes: Buffer.alloc(0) },
  ];
  const file = writeZip(entries, 'a comment with PK\x05\x06 in it, and some more behind that');
  expect(openZip(writeZip(entries)).names).toEqual(['a/hello', 'ä', 'none']);
  expect(readAll(writeZip(entries, 'a comment'))).toEqual(['hello hello hello hello', 'world', '']);
  // A signature inside the comment is no end of the file; whatever is made of it, it is not taken for data.
  expect(() => readAll(file)).toThrow(ModelError);
});

test('a stored entry is a view of the file', () => {
  const file = writeZip([hello]);
  expect(openZip(file).read('a/hello').buffer).toBe(file.buffer);
});

test('a file inside a larger buffer', () => {
  const file = writeZip([hello]);
  const larger = Buffer.concat([Buffer.from('xyz'), file]);
  expect(readAll(larger.subarray(3))).toEqual(['hello hello hello hello']);
});

describe('what is refused', () => {
  const claiming = (claim: ZipEntry['claim'], deflate = false): Uint8Array =>
    writeZip([{ ...hello, deflate, ...(claim && { claim }) }]);
  const cases: [string, Uint8Array, RegExp][] = [
    ['nothing', new Uint8Array(), /not a zip file/],
    ['something else', new Uint8Array(100_000), /not a zip file/],
    ['no such entry', claiming({}), /no entry "missing"/],
    ['a bomb', claiming({ bytes: 2 ** 31 }), /2147483648 bytes, which is more than is plausible/],
    [
      'many small bombs',
      writeZip(
        Array.from({ length: 100 }, (_, i) => ({ ...hello, name: `${i}`, claim: { bytes: 2 ** 20 } })),
      ),
      /more than is plausible/,
    ],
    ['more than it says', claiming({ bytes: 5 }, true), /does not unpack to 5 bytes/],
    ['less than it says', claiming({ bytes: 30 }, true), /23 bytes instead of 30/],
    ['a stored one of another size', claiming({ bytes: 22 }), /23 bytes instead of 22/],
    ['beyond the end', claiming({ packedBytes: 5000 }), /cut short/],
    ['a header beyond the end', claiming({ offset: 5000 }), /not where the directory says/],
    ['a header elsewhere', claiming({ offset: 1 }), /not where the directory says/],
    ['a wrong checksum', claiming({ crc: 1 }), /damaged \(checksum\)/],
    ['an unknown method', claiming({ method: 12 }), /unknown way \(12\)/],
    ['not deflated', claiming({ method: 8 }), /does not unpack/],
    ['encrypted', claiming({ flags: 1 }), /encrypted/],
    ['two of a name', writeZip([hello, hello]), /two entries "a\/hello"/],
    ['more than 4 GB', withEnd(writeZip([hello]), 16, 0xffffffff), /larger than 4 GB/],
    ['a directory elsewhere', withEnd(writeZip([hello]), 16, 0), /directory of the zip file is damaged/],
    ['a directory too long', withEnd(writeZip([hello]), 12, 9999), /directory of the zip file is damaged/],
  ];
  test.each(cases)('%s', (_, file, message) => {
    const read = () => {
      const zip = openZip(file);
      for (const name of [...zip.names, 'missing']) zip.read(name);
    };
    expect(read).toThrow(ModelError);
    expect(read).toThrow(message);
  });

  test('every file that is cut short', () => {
    const file = writeZip([hello, { name: 'b', bytes: Buffer.from('bb'), deflate: true }]);
    for (let length = 0; length < file.length; length++) {
      expect(() => readAll(file.subarray(0, length))).toThrow(ModelError);
    }
  });
});

/** The file with a 32-bit number of its end record replaced. */
function withEnd(file: Uint8Array, at: number, value: number): Uint8Array {
  const changed = Buffer.from(file);
  changed.writeUInt32LE(value, file.length - 22 + at);
  return changed;
}
