import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { configureDecoder, decodeImage } from '../../src/detector/decode-image.ts';
import type { SourceImage } from '../../src/detector/detector.ts';

const limits = { maxPixels: 1_000_000 };
beforeAll(configureDecoder);

/** A picture of 40x30 whose left half is red and whose right half is blue. */
function picture(): Sharp {
  const data = Buffer.alloc(40 * 30 * 3);
  for (let i = 0; i < 40 * 30; i++) data[i * 3 + (i % 40 < 20 ? 0 : 2)] = 255;
  return sharp(data, { raw: { width: 40, height: 30, channels: 3 } });
}

function file(data: Uint8Array, size = { width: 0, height: 0 }): SourceImage {
  return { mode: '', ...size, data };
}

const formats: [name: string, encode: () => Promise<Buffer>][] = [
  ['JPEG', () => picture().jpeg({ quality: 95 }).toBuffer()],
  ['progressive JPEG', () => picture().jpeg({ quality: 95, progressive: true }).toBuffer()],
  ['PNG', () => picture().png().toBuffer()],
  ['palette PNG', () => picture().png({ palette: true }).toBuffer()],
  ['16-bit PNG', () => picture().toColourspace('rgb16').png().toBuffer()],
  ['PNG with alpha', () => picture().ensureAlpha(0.1).png().toBuffer()],
  ['WebP', () => picture().webp({ lossless: true }).toBuffer()],
  ['AVIF', () => picture().avif({ quality: 90, chromaSubsampling: '4:4:4' }).toBuffer()],
  ['GIF', () => picture().gif().toBuffer()],
  ['TIFF', () => picture().tiff({ compression: 'lzw' }).toBuffer()],
];

test.each(formats)('reads %s', async (_, encode) => {
  const decoded = await decodeImage(file(await encode()), limits);
  expect(decoded).toMatchObject({ mode: 'RGB', width: 40, height: 30 });
  const [left, right] = [decoded.data.subarray(0, 3), decoded.data.subarray(39 * 3, 40 * 3)];
  expect([...left].map((value) => Math.round(value / 32))).toEqual([8, 0, 0]);
  expect([...right].map((value) => Math.round(value / 32))).toEqual([0, 0, 8]);
});

test('takes the first frame of an animation', async () => {
  const frames = await Promise.all(
    ['red', 'lime'].map((background) =>
      sharp({ create: { width: 8, height: 8, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  );
  const animation = await sharp(frames, { join: { animated: true } })
    .gif()
    .toBuffer();
  const decoded = await decodeImage(file(animation), limits);
  expect(decoded).toMatchObject({ width: 8, height: 8 });
  expect([...decoded.data.subarray(0, 3)]).toEqual([255, 0, 0]);
});

test('grey becomes three equal channels', async () => {
  const grey = await picture().greyscale().png().toBuffer();
  const { mode, data } = await decodeImage(file(grey), limits);
  expect(mode).toBe('RGB');
  expect(new Set(data.subarray(0, 3)).size).toBe(1);
});

test('CMYK stays as stored', async () => {
  const cmyk = await picture().toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer();
  expect(await decodeImage(file(cmyk), limits)).toMatchObject({ mode: 'CMYK', width: 40, height: 30 });
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])('EXIF orientation %d is applied', async (orientation) => {
  const turned = await picture().jpeg({ quality: 95 }).withMetadata({ orientation }).toBuffer();
  const decoded = await decodeImage(file(turned), limits);
  const upright = orientation <= 4 ? { width: 40, height: 30 } : { width: 30, height: 40 };
  expect(decoded).toMatchObject(upright);
  const corner = decoded.data.subarray(0, 3);
  const redFirst = [1, 4, 5, 6].includes(orientation);
  expect((corner[0] as number) > 128).toBe(redFirst);
});

test('a declared size may be the stored or the upright one', async () => {
  const turned = await picture().jpeg().withMetadata({ orientation: 6 }).toBuffer();
  await decodeImage(file(turned, { width: 40, height: 30 }), limits);
  await decodeImage(file(turned, { width: 30, height: 40 }), limits);
  await expect(decodeImage(file(turned, { width: 31, height: 40 }), limits)).rejects.toMatchObject({
    kind: 'invalid',
    message: 'width and height are 31 and 40, the file has 40x30 pixels',
  });
});

test('raw pixels are handed on as they are', async () => {
  const image = { mode: 'LA', width: 2, height: 1, data: Uint8Array.from([1, 2, 3, 4]) };
  expect(await decodeImage(image, limits)).toEqual(image);
});

/** A PNG of 14000x14000 black pixels: 190 KB that would be 588 MB. */
function bomb(): Buffer {
  const chunk = (type: string, body: Buffer) => {
    const out = Buffer.alloc(12 + body.length);
    out.writeUInt32BE(body.length, 0);
    out.write(type, 4, 'latin1');
    body.copy(out, 8);
    out.writeUInt32BE(crc32(out.subarray(4, -4)), out.length - 4);
    return out;
  };
  const header = Buffer.from([0, 0, 0x36, 0xb0, 0, 0, 0x36, 0xb0, 8, 0, 0, 0, 0]);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(14_001 * 1000))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>';
const unreadable =
  'data is not a JPEG, PNG, WebP, AVIF, GIF or TIFF file that can be read, and mode names no raw layout';
const bytes = (count: number) => new Uint8Array(count);

const refused: [
  name: string,
  image: () => SourceImage | Promise<SourceImage>,
  kind: string,
  message: string,
][] = [
  ['nothing', () => file(bytes(0)), 'invalid', 'data is empty'],
  ['nothing, raw', () => ({ mode: 'RGB', width: 1, height: 1, data: bytes(0) }), 'invalid', 'data is empty'],
  ['noise', () => file(Uint8Array.from({ length: 999 }, (_, i) => (i * 97) % 256)), 'invalid', unreadable],
  ['SVG', () => file(Buffer.from(svg)), 'invalid', unreadable],
  ['PDF', () => file(Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\n')), 'invalid', unreadable],
  ['a Netpbm picture', () => file(Buffer.from('P6 1 1 255\nabc')), 'invalid', unreadable],
  [
    'a bomb',
    () => file(bomb()),
    'too-large',
    'the image has 14000x14000 = 196000000 pixels, MAX_PIXELS allows 1000000',
  ],
  [
    'mode P',
    () => ({ mode: 'P', width: 1, height: 1, data: bytes(1) }),
    'invalid',
    'the palette of mode P does not travel',
  ],
  [
    'an unknown mode',
    () => ({ mode: 'YCbCr', width: 1, height: 1, data: bytes(3) }),
    'invalid',
    'mode is "YCbCr", allowed are 1, CMYK, I;16, L, LA, RGB, RGBA, or none for an encoded file',
  ],
  [
    'a name that objects have',
    () => ({ mode: 'toString', width: 1, height: 1, data: bytes(3) }),
    'invalid',
    'mode is "toString"',
  ],
  [
    'no width',
    () => ({ mode: 'RGB', width: 0, height: 4, data: bytes(3) }),
    'invalid',
    'width and height are 0 and 4',
  ],
  [
    'a negative height',
    () => ({ mode: 'RGB', width: 4, height: -1, data: bytes(3) }),
    'invalid',
    'width and height are 4 and -1',
  ],
  [
    'too few bytes',
    () => ({ mode: 'RGB', width: 4, height: 2, data: bytes(23) }),
    'invalid',
    'data has 23 bytes, 4x2 pixels of mode RGB take 24',
  ],
  [
    'too many bytes',
    () => ({ mode: '1', width: 9, height: 2, data: bytes(5) }),
    'invalid',
    'data has 5 bytes, 9x2 pixels of mode 1 take 4',
  ],
  [
    'raw pixels beyond the limit',
    () => ({ mode: 'L', width: 2 ** 31 - 1, height: 2 ** 31 - 1, data: bytes(1) }),
    'too-large',
    'MAX_PIXELS allows 1000000',
  ],
];

test.each(refused)('refuses %s', async (_, image, kind, message) => {
  await expect(decodeImage(await image(), limits)).rejects.toMatchObject({
    kind,
    message: expect.stringContaining(message),
  });
});

test.each(formats)('refuses a truncated %s wherever it is cut', async (_, encode) => {
  const whole = await encode();
  for (const share of [0.2, 0.5, 0.8]) {
    const cut = whole.subarray(0, Math.floor(whole.length * share));
    await expect(decodeImage(file(cut), limits)).rejects.toMatchObject({ kind: 'invalid' });
  }
});
