import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { below, createRandom } from '../../../hostile/random.ts';
import { WINDOW_BYTES } from '../../../src/detector/decoder/decoder-protocol.ts';
import { createPictures, type EncodedImage, type Pictures } from '../../../src/detector/decoder/pictures.ts';
import { pixelsOf } from './pixels-of.ts';
import { type TiffOptions, tiffOf } from './tiff-of.ts';

let pictures: Pictures;
beforeAll(async () => {
  pictures = await createPictures({ maxPixels: 1_000_000, count: 2 });
});
afterAll(() => pictures?.close());

const take = (bytes: number) => new Uint8Array(bytes);

/** Its pixels: nothing is scaled. */
async function decode(image: EncodedImage, size = { width: 40, height: 30 }) {
  const prepared = await pictures.prepare(image, { fixedSize: size }, take);
  return { ...prepared, data: pixelsOf(prepared) };
}

/** A picture of 40x30 whose left half is red and whose right half is blue. */
function picture(): Sharp {
  const data = Buffer.alloc(40 * 30 * 3);
  for (let i = 0; i < 40 * 30; i++) data[i * 3 + (i % 40 < 20 ? 0 : 2)] = 255;
  return sharp(data, { raw: { width: 40, height: 30, channels: 3 } });
}

function file(data: Uint8Array, size = { width: 0, height: 0 }): EncodedImage {
  return { ...size, data };
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
  const decoded = await decode(file(await encode()));
  expect(decoded).toMatchObject({ width: 40, height: 30 });
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
  const decoded = await decode(file(animation), { width: 8, height: 8 });
  expect(decoded).toMatchObject({ width: 8, height: 8 });
  expect([...decoded.data.subarray(0, 3)]).toEqual([255, 0, 0]);
});

test('what is transparent in a GIF has the colour that its palette says', async () => {
  const red = Buffer.from('R0lGODlhAQABAIAAAP8AAP///yH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64');
  const { data } = await decode(file(red), { width: 1, height: 1 });
  expect([...data]).toEqual([255, 0, 0]);
  // Behind a comment, and cut off before anything is said.
  const comment = Buffer.concat([
    red.subarray(0, 19),
    Buffer.from([0x21, 0xfe, 1, 0x21, 0]),
    red.subarray(19),
  ]);
  expect([...(await decode(file(comment), { width: 1, height: 1 })).data]).toEqual([255, 0, 0]);
  for (let end = 4; end < 30; end++)
    await expect(decode(file(red.subarray(0, end)))).rejects.toMatchObject({ kind: 'invalid' });
});

test('grey becomes three equal channels', async () => {
  const grey = await picture().greyscale().png().toBuffer();
  const { data } = await decode(file(grey));
  expect(new Set(data.subarray(0, 3)).size).toBe(1);
});

test('CMYK becomes light without a profile, as Pillow does it', async () => {
  const cmyk = await picture().toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer();
  const stored = await sharp(cmyk).pipelineColourspace('cmyk').toColourspace('cmyk').raw().toBuffer();
  const [cyan = 0, , , black = 0] = stored;
  const { data } = await decode(file(cmyk));
  expect(data[0]).toBe(Math.round(((255 - black) * (255 - cyan)) / 255));
});

const inks = [200, 100, 50, 30];
const inks16 = inks.map((ink) => ink * 256 + 99);
const cmykFiles: [name: string, depth: TiffOptions['depth'], samples: number[]][] = [
  ['8 bits', 'uchar', inks],
  ['8 bits and alpha', 'uchar', [...inks, 7]],
  ['16 bits', 'ushort', inks16],
  ['16 bits and alpha', 'ushort', [...inks16, 7]],
];

/** A TIFF of 40x30 pixels that are all alike. */
function tiff(colours: TiffOptions['colours'], depth: TiffOptions['depth'], samples: readonly number[]) {
  return tiffOf({ width: 40, height: 30, colours, depth, samples });
}

test.each(cmykFiles)('CMYK of %s is light everywhere alike', async (_, depth, samples) => {
  const { data } = await decode(file(tiff('CMYK', depth, samples)));
  const light = inks.slice(0, 3).map((ink) => Math.round(((255 - 30) * (255 - ink)) / 255));
  expect([...data]).toEqual(Array.from({ length: 40 * 30 }, () => light).flat());
});

const rgb = [200, 100, 50];
const rgbFiles: [name: string, depth: TiffOptions['depth'], samples: number[]][] = [
  ['8 bits', 'uchar', rgb],
  ['16 bits', 'ushort', rgb.map((value) => value * 257)],
  ['16 bits and alpha', 'ushort', [...rgb.map((value) => value * 257), 7]],
];

test.each(rgbFiles)('RGB of %s is a TIFF’s as well', async (_, depth, samples) => {
  const { data } = await decode(file(tiff('RGB', depth, samples)));
  expect([...data]).toEqual(Array.from({ length: 40 * 30 }, () => rgb).flat());
});

test.each([
  ['RGB', 'uint'],
  ['RGB', 'char'],
  ['RGB', 'short'],
  ['RGB', 'int'],
  ['RGB', 'float'],
  ['CMYK', 'float'],
] as const)('refuses %s whose samples are of type %s', async (colours, depth) => {
  const samples = colours === 'CMYK' ? inks : rgb;
  await expect(decode(file(tiff(colours, depth, samples)))).rejects.toMatchObject({
    kind: 'invalid',
    message: `data cannot be decoded: colours have 8 or 16 bits without a sign (uchar, ushort), the file's are ${depth}`,
  });
});

test('a picture becomes what the network takes', async () => {
  const png = await picture().png().toBuffer();
  const prepared = await pictures.prepare(file(png), { imageSize: 64, stride: 32 }, take);
  const letterbox = { inputWidth: 64, inputHeight: 64, resizedWidth: 64, resizedHeight: 48, left: 0, top: 8 };
  expect(prepared).toMatchObject({ width: 40, height: 30, letterbox });
  const { data } = prepared;
  const column = (x: number, plane: number) =>
    [0, 8, 40, 55, 63].map((y) => data[plane * 64 * 64 + y * 64 + x]);
  expect(column(0, 0)).toEqual([114, 255, 255, 255, 114]);
  expect(column(63, 0)).toEqual([114, 0, 0, 0, 114]);
  expect(column(63, 2)).toEqual([114, 255, 255, 255, 114]);
});

test.each([
  [1, 0],
  [2, 0],
  [3, 180],
  [4, 180],
  [5, 90],
  [6, 90],
  [7, 270],
  [8, 270],
])('of EXIF orientation %d, a header tells the rotation: %d', async (orientation, rotation) => {
  const turned = await picture().jpeg().withMetadata({ orientation }).toBuffer();
  const upright = orientation <= 4 ? { width: 40, height: 30 } : { width: 30, height: 40 };
  expect(await pictures.readHeader(turned)).toEqual({ format: 'jpeg', ...upright, rotation });
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])('EXIF orientation %d is applied', async (orientation) => {
  const turned = await picture().jpeg({ quality: 95 }).withMetadata({ orientation }).toBuffer();
  const upright = orientation <= 4 ? { width: 40, height: 30 } : { width: 30, height: 40 };
  const decoded = await decode(file(turned), upright);
  expect(decoded).toMatchObject(upright);
  const corner = decoded.data.subarray(0, 3);
  const redFirst = [1, 4, 5, 6].includes(orientation);
  expect((corner[0] as number) > 128).toBe(redFirst);
});

test('a declared size may be the stored or the upright one', async () => {
  const turned = await picture().jpeg().withMetadata({ orientation: 6 }).toBuffer();
  await decode(file(turned, { width: 40, height: 30 }));
  await decode(file(turned, { width: 30, height: 40 }));
  await expect(decode(file(turned, { width: 31, height: 40 }))).rejects.toMatchObject({
    kind: 'invalid',
    message: 'width and height are 31 and 40, the file has 40x30 pixels',
  });
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

const refused: [name: string, data: () => Uint8Array, kind: string, message: string][] = [
  ['noise', () => Uint8Array.from({ length: 999 }, (_, i) => (i * 97) % 256), 'invalid', unreadable],
  ['SVG', () => Buffer.from(svg), 'invalid', unreadable],
  ['PDF', () => Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\n'), 'invalid', unreadable],
  ['a Netpbm picture', () => Buffer.from('P6 1 1 255\nabc'), 'invalid', unreadable],
  ['more channels than CMYK and alpha', () => tiff('CMYK', 'uchar', [...inks, 7, 7]), 'invalid', unreadable],
  ['numbers of 64 bits', () => tiff('RGB', 'double', rgb), 'invalid', `${unreadable} (tiff2vips: `],
  ['CIELab', () => tiff('CIELab', 'uchar', rgb), 'invalid', `${unreadable} (image: bad labq format)`],
  [
    'ICCLab',
    () => tiff('ICCLab', 'uchar', rgb),
    'invalid',
    'data cannot be decoded: its colours are neither grey nor RGB nor CMYK',
  ],
  ['a bomb', bomb, 'too-large', 'the image has 14000x14000 = 196000000 pixels, MAX_PIXELS allows 1000000'],
];

test.each(refused)('refuses %s', async (_, data, kind, message) => {
  await expect(decode(file(data()))).rejects.toMatchObject({
    name: 'DetectorError',
    kind,
    message: expect.stringContaining(message),
  });
});

test.each(formats)('refuses a truncated %s wherever it is cut', async (_, encode) => {
  const whole = await encode();
  for (const share of [0.2, 0.5, 0.8]) {
    const cut = whole.subarray(0, Math.floor(whole.length * share));
    await expect(decode(file(cut))).rejects.toMatchObject({ kind: 'invalid' });
  }
});

test('reads headers, upright', async () => {
  const turned = await picture().jpeg().withMetadata({ orientation: 6 }).toBuffer();
  expect(await pictures.readHeader(turned)).toEqual({ format: 'jpeg', width: 30, height: 40, rotation: 90 });
  await expect(pictures.readHeader(Buffer.from(svg))).rejects.toMatchObject({
    kind: 'invalid',
    message: 'it is not a JPEG, PNG, WebP, AVIF, GIF or TIFF file that can be read, nor a video',
  });
});

test('makes frames small', async () => {
  const data = Buffer.alloc(300 * 200 * 3, 128);
  const small = await pictures.toThumbnail({ width: 300, height: 200, data }, 60);
  expect(await sharp(small).metadata()).toMatchObject({ format: 'jpeg', width: 60, height: 40 });
});

test('a picture becomes squares for a network that takes them', async () => {
  const png = file(await picture().png().toBuffer());
  const planes = await decode(png, { width: 32, height: 32 });
  const squares = await createPictures({ maxPixels: 1_000_000, count: 1, inputOrder: 'squares' });
  const { data } = await squares.prepare(png, { fixedSize: { width: 32, height: 32 } }, take);
  await squares.close();
  const rgb = (x: number, y: number) => [...planes.data.subarray((y * 32 + x) * 3, (y * 32 + x) * 3 + 3)];
  const pairs = (x: number, y: number) => rgb(x, y).flatMap((value, i) => [value, rgb(x + 1, y)[i]]);
  // Half-way down, in the middle, where red meets blue.
  const at = (8 * 16 + 7) * 12;
  expect([...data.subarray(at, at + 24)]).toEqual(
    [14, 16].flatMap((x) => [...pairs(x, 16), ...pairs(x, 17)]),
  );
  expect(rgb(15, 16)).not.toEqual(rgb(16, 16));
});

test('pixels and files of many windows arrive whole', async () => {
  await pictures.close();
  pictures = await createPictures({ maxPixels: 9_000_000, count: 1 });
  const size = { width: 3003, height: 2001 };
  const random = createRandom(1);
  const noise = Buffer.alloc(size.width * size.height * 3).map(() => below(random, 256));
  const png = await sharp(noise, { raw: { ...size, channels: 3 } })
    .png({ compressionLevel: 0 })
    .toBuffer();
  expect(png.length).toBeGreaterThan(2 * WINDOW_BYTES);
  const decoded = await decode(file(png), size);
  expect(decoded).toMatchObject(size);
  expect(Buffer.compare(decoded.data, noise)).toBe(0);
});
