import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import type { HostileFile } from './hostile-file.ts';
import { patched, png, pngChunk } from './pictures.ts';

const MIB = 2 ** 20;
const file = (name: string, fileName: string, bytes: Buffer, expected: HostileFile['expected']) =>
  ({ name, fileName, bytes, expected }) as const;

/** A few bytes that are to become far more. */
export function bombs(good: Record<string, Buffer>): HostileFile[] {
  const inflated = deflateSync(Buffer.alloc(200 * MIB), { level: 9 });
  const profile = Buffer.concat([Buffer.from('p\0\0', 'latin1'), inflated]);
  const {
    jpeg = Buffer.alloc(0),
    webp = Buffer.alloc(0),
    gif = Buffer.alloc(0),
    avif = Buffer.alloc(0),
  } = good;
  const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0])) + 5;
  const canvas = avif.indexOf('ispe') + 8;
  const lossy = webp.indexOf('VP8 ') + 14;
  return [
    file('png of 30000x30000 in 110 kB', 'a.png', png({ width: 30_000, height: 30_000 }), 'error'),
    file(
      'png just below MAX_PIXELS, RGBA',
      'a.png',
      png({ width: 7990, height: 7990, depth: 8, colour: 6 }),
      'boxes',
    ),
    file(
      'png that says 65535x65535 and has a row',
      'a.png',
      png({ width: 65_535, height: 65_535, pixels: new Uint8Array(9000) }),
      'error',
    ),
    file(
      'png with a text of 200 MB',
      'a.png',
      png({ width: 9, height: 9, more: [pngChunk('zTXt', profile)] }),
      'either',
    ),
    file(
      'png with a profile of 200 MB',
      'a.png',
      png({ width: 9, height: 9, more: [pngChunk('iCCP', profile)] }),
      'either',
    ),
    file('jpeg that says 65535x65535', 'a.jpg', patched(jpeg, frame, [255, 255, 255, 255]), 'error'),
    file('gif that says 65535x65535', 'a.gif', patched(gif, 6, [255, 255, 255, 255]), 'either'),
    file(
      'avif that says 65535x65535',
      'a.avif',
      patched(avif, canvas, [0, 0, 255, 255, 0, 0, 255, 255]),
      'error',
    ),
    file('webp that says 16383x16383', 'a.webp', patched(webp, lossy, [255, 63, 255, 63]), 'error'),
    file(
      'tiff that says 65535x65535',
      'a.tiff',
      tiff({ 256: 65_535, 257: 65_535, 258: 8, 259: 1, 262: 1, 273: 8, 278: 65_535, 279: 8 }),
      'error',
    ),
  ];
}

/** Sides as long as formats allow: odd, and allowed. */
export async function longSides(): Promise<HostileFile[]> {
  const strip = { width: 65_500, height: 1, channels: 3, background: 'grey' } as const;
  const wide = await sharp({ create: strip }).jpeg().toBuffer();
  const tall = await sharp({ create: { ...strip, width: 1, height: 65_500 } })
    .jpeg()
    .toBuffer();
  return [
    file('jpeg of 65500x1', 'a.jpg', wide, 'boxes'),
    file('jpeg of 1x65500', 'a.jpg', tall, 'boxes'),
    file('png of 65535x1', 'a.png', png({ width: 65_535, height: 1 }), 'boxes'),
    file('png of 1x65535', 'a.png', png({ width: 1, height: 65_535 }), 'boxes'),
    file(
      'png of 2147483647x1',
      'a.png',
      png({ width: 2 ** 31 - 1, height: 1, pixels: new Uint8Array(9) }),
      'error',
    ),
    file('png of 0x0', 'a.png', png({ width: 0, height: 0 }), 'error'),
  ];
}

/** A little-endian TIFF of one directory, values by their tags; `next` is where it says the next one is. */
function tiff(tags: Readonly<Record<number, number>>, next = 0): Buffer {
  const head = Buffer.from('II*\0\x10\0\0\0\0\0\0\0\0\0\0\0', 'latin1');
  const count = Buffer.alloc(2);
  // In ascending order, as TIFF wants them: numbers as keys always are.
  const pairs = Object.entries(tags);
  count.writeUInt16LE(pairs.length);
  const entries = pairs.map(([tag, value]) => {
    const entry = Buffer.alloc(12);
    entry.writeUInt16LE(Number(tag), 0);
    entry.writeUInt16LE(4, 2);
    entry.writeUInt32LE(1, 4);
    entry.writeUInt32LE(value, 8);
    return entry;
  });
  const link = Buffer.alloc(4);
  link.writeUInt32LE(next);
  return Buffer.concat([head, count, ...entries, link]);
}

/** A real picture of one pixel whose directory is its own successor: an endless list of pages. */
const LOOP = tiff({ 256: 1, 257: 1, 258: 8, 259: 1, 262: 1, 273: 8, 277: 1, 278: 1, 279: 1 }, 16);

/** Many frames, pages that never end, two formats in one. */
export async function oddPictures(good: Record<string, Buffer>): Promise<HostileFile[]> {
  const { gif = Buffer.alloc(0), jpeg = Buffer.alloc(0), webp = Buffer.alloc(0) } = good;
  // Behind the colours comes the first frame; it is repeated until the end.
  const head = 13 + 3 * 2 ** ((gif.readUInt8(10) & 7) + 1);
  const frames = Array(3000).fill(gif.subarray(head, -1));
  const zip = Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)]);
  const grown = patched(webp, 4, [255, 255, 255, 127]);
  return [
    file(
      'gif of 3000 frames',
      'a.gif',
      Buffer.concat([gif.subarray(0, head), ...frames, gif.subarray(-1)]),
      'boxes',
    ),
    file('tiff whose directory is its own next', 'a.tiff', LOOP, 'either'),
    file(
      'tiff whose directory is nowhere',
      'a.tiff',
      Buffer.from('II*\0\xff\xff\xff\x7f', 'latin1'),
      'error',
    ),
    file('jpeg that is a zip file, too', 'a.jpg', Buffer.concat([jpeg, zip]), 'boxes'),
    file('webp that says it has 2 GB', 'a.webp', grown, 'either'),
    file('jpeg called a video', 'a.mp4', jpeg, 'boxes'),
    file(
      'jpeg of segments alone',
      'a.jpg',
      Buffer.concat([jpeg.subarray(0, 2), Buffer.alloc(2 ** 20, Buffer.from([0xff, 0xfe, 0, 2]))]),
      'error',
    ),
    file('an empty picture', 'a.png', Buffer.alloc(1), 'error'),
    file(
      'noise called a picture',
      'a.jpg',
      Buffer.from('\xff\xd8\xff\xe0 and then nothing of the kind'.repeat(99), 'latin1'),
      'error',
    ),
  ];
}

/** What libvips reads and we do not offer, and what would make a careless reader fetch `address`. */
export function otherFormats(address: string): HostileFile[] {
  const image = `<image xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="${address}/svg.png" href="${address}/svg2.png" width="9" height="9"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99">${image}<rect width="50" height="50"/></svg>`;
  const external = `<?xml version="1.0"?><!DOCTYPE s [<!ENTITY x SYSTEM "${address}/entity">]>`;
  const texts: Record<string, string> = {
    'a.svg': svg,
    'entity.svg': `${external}<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>&x;</text></svg>`,
    'a.pdf':
      '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj 3 0 obj<</Type/Page/MediaBox[0 0 9 9]>>endobj trailer<</Root 1 0 R>>',
    'a.ppm': `P6 2 2 255\n${'abc'.repeat(4)}`,
    'a.pfm': `Pf 2 2 -1.0\n${'abcd'.repeat(4)}`,
    'a.hdr': '#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 2 +X 2\n0123456789abcdef',
    'a.csv': '1,2,3\n4,5,6\n',
    'a.mvg': `push graphic-context\nviewbox 0 0 9 9\nfill 'url(${address}/mvg.png)'\npop graphic-context`,
    'a.url': address,
    'b.url': `${address}/picture.jpg`,
    'file.url': 'file:///etc/passwd',
    'a.fits': `SIMPLE  =                    T${' '.repeat(2850)}END`,
    'a.v': `\xb6\xa6\xf2\x08${'\0'.repeat(60)}`,
    'a.jp2': '\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjp2 ',
    'a.jxl': '\xff\x0a\0\0\0\0\0\0',
    'a.exr': `v/1\x01\x02\0\0\0channels\0chlist\0${'\0'.repeat(40)}`,
    'a.heic': '\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\x08meta',
    'a.bmp': `BM\x3a\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x01\0\0\0\x01\0\0\0\x01\0\x18\0${'\0'.repeat(28)}`,
    'a.ico': `\0\0\x01\0\x01\0\x01\x01\0\0\x01\0\x20\0\x30\0\0\0\x16\0\0\0${'\0'.repeat(48)}`,
  };
  return Object.entries(texts).map(([fileName, text]) =>
    file(`${fileName} as a picture`, fileName, Buffer.from(text, 'latin1'), 'error'),
  );
}
