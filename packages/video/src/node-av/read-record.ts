import type { DecoderProcess } from '../decoder-process.ts';
import { VideoError } from '../video-error.ts';
import { type DecoderRecord, PREFIX_BYTES } from './protocol.ts';

/**
 * The child's next record.
 *
 * @param maxPixelBytes of pixels: a decoder that a video has taken over may announce anything
 * @throws {VideoError} `decoder-died` where it sends less than it announced, or announces too much
 */
export async function readRecord(
  child: DecoderProcess,
  maxPixelBytes: number,
): Promise<{ record: DecoderRecord; pixels: Uint8Array }> {
  const prefix = await child.read(PREFIX_BYTES);
  if (prefix.length < PREFIX_BYTES) throw await died(child);
  const lengths = new DataView(prefix.buffer);
  const header = await child.read(lengths.getUint32(0, true));
  const pixelBytes = lengths.getUint32(4, true);
  if (pixelBytes > maxPixelBytes) {
    throw new VideoError(
      'decoder-died',
      `the decoder announced ${pixelBytes} bytes of pixels, more than it may send`,
    );
  }
  const pixels = pixelBytes === 0 ? new Uint8Array() : await child.readPixels(pixelBytes);
  if (pixels.length < pixelBytes) throw await died(child);
  return { record: JSON.parse(Buffer.from(header).toString()), pixels };
}

async function died(child: DecoderProcess): Promise<Error> {
  await child.untilClosed();
  return new VideoError('decoder-died', `the decoder's process died (${child.fate})`, {
    cause: child.log.tail,
  });
}
