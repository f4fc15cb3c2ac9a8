import type { Page } from '@playwright/test';

/** A plain WebP file of 120 by 80 pixels that is to be turned by a quarter, which only its EXIF says. */
export async function lyingWebp(page: Page): Promise<Buffer> {
  const base64 = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(120, 80);
    const context = canvas.getContext('2d', { alpha: false });
    context?.fillRect(0, 0, 60, 80);
    const blob = await canvas.convertToBlob({ type: 'image/webp', quality: 0.8 });
    return btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer())));
  });
  const picture = Buffer.from(base64, 'base64').subarray(12);
  const chunks = picture.toString('latin1', 0, 4) === 'VP8X' ? picture.subarray(18) : picture;
  // Flags, then both sides less one, 24 bits each.
  const extended = Buffer.from([HAS_EXIF, 0, 0, 0, 119, 0, 0, 79, 0, 0]);
  return chunk(
    'RIFF',
    Buffer.concat([Buffer.from('WEBP'), chunk('VP8X', extended), chunks, chunk('EXIF', TURNED)]),
  );
}

const HAS_EXIF = 8;

/** A TIFF header and one entry: orientation (0x0112), a short, 1 of them, 6. */
const TURNED = Buffer.from('49492a0008000000' + '0100' + '120103000100000006000000' + '00000000', 'hex');

/** Of an even size, as all in a RIFF file is. */
function chunk(name: string, content: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(content.length);
  return Buffer.concat([Buffer.from(name), size, content]);
}
