// The process that encodes: pictures by standard input, each a time (64-bit float, milliseconds) and its RGB.
import { readSync } from 'node:fs';
import { AV_LOG_ERROR } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { Mp4Encoder } from './mp4-encoder.ts';

const STANDARD_INPUT = 0;
const TIME_BYTES = 8;

/** Fills the buffer; `false` where the input ends before it begins. */
function read(buffer: Buffer): boolean {
  let filled = 0;
  while (filled < buffer.length) {
    const count = readSync(STANDARD_INPUT, buffer, filled, buffer.length - filled, null);
    if (count === 0 && filled === 0) return false;
    if (count === 0) throw new Error('the input ends within a picture');
    filled += count;
  }
  return true;
}

function encode({ path, width, height }: { path: string; width: number; height: number }): void {
  const encoder = new Mp4Encoder(path, width, height);
  const time = Buffer.alloc(TIME_BYTES);
  const rgb = Buffer.alloc(width * height * 3);
  while (read(time) && read(rgb)) encoder.encode(rgb, time.readDoubleLE());
  encoder.finish();
}

Log.setLevel(AV_LOG_ERROR);
try {
  encode(JSON.parse(process.argv[2] ?? '{}'));
} catch (error) {
  // The last line is what is told.
  console.error((error as Error).message);
  process.exitCode = 1;
}
