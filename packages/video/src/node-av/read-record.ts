import type { DecoderProcess } from '../decoder-process.ts';
import { VideoError } from '../video-error.ts';
import { type DecoderRecord, PREFIX_BYTES } from './protocol.ts';

/** Those of our own have some hundred bytes. */
const MAX_HEADER_BYTES = 2 ** 16;

/**
 * The child's next record.
 *
 * @param maxPixelBytes a decoder that a video has taken over may announce anything
 * @throws {VideoError} `decoder-died` where it sends less than it announced, or announces too much
 */
export async function readRecord(
  child: DecoderProcess,
  maxPixelBytes: number,
): Promise<{ record: DecoderRecord; pixels: Uint8Array }> {
  const prefix = await child.read(PREFIX_BYTES);
  if (prefix.length < PREFIX_BYTES) throw await died(child);
  const lengths = new DataView(prefix.buffer);
  const headerBytes = lengths.getUint32(0, true);
  const pixelBytes = lengths.getUint32(4, true);
  if (headerBytes > MAX_HEADER_BYTES || pixelBytes > maxPixelBytes) {
    const text = `the decoder announced ${headerBytes} and ${pixelBytes} bytes, more than it may send`;
    throw new VideoError('decoder-died', text);
  }
  const header = await child.read(headerBytes);
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
