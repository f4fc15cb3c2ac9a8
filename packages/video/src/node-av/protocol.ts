// What the decoder's process writes to its standard output: records of a JSON header and, for a frame, pixels.
// Each begins with two 32-bit little-endian lengths, of the header and of the pixels.
import { writeSync } from 'node:fs';
import { errorCode } from '../error-code.ts';
import type { DecodeRequest, VideoInfo } from '../video.ts';
import type { VideoErrorKind } from '../video-error.ts';

/** The process's only argument, as JSON. */
export interface DecoderArguments {
  /** Of a file, or undefined where it comes by standard input. */
  readonly path: string | undefined;
  readonly choice: DecodeRequest['choice'];
  readonly maxPixels: number;
}

export type DecoderRecord =
  | { readonly type: 'info'; readonly info: VideoInfo }
  | { readonly type: 'progress'; readonly frame: number; readonly timeMs: number }
  | {
      readonly type: 'frame';
      readonly frame: number;
      readonly timeMs: number;
      readonly width: number;
      readonly height: number;
    }
  | { readonly type: 'end'; readonly frame: number; readonly timeMs: number }
  | { readonly type: 'error'; readonly kind: VideoErrorKind; readonly text: string };

export const PREFIX_BYTES = 8;
const STANDARD_OUTPUT = 1;

/** Writes one record and returns when the pipe has taken it: a reader that is slow holds the writer. */
export function writeRecord(record: DecoderRecord, pixels?: Uint8Array): void {
  const header = Buffer.from(JSON.stringify(record));
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32LE(header.length, 0);
  prefix.writeUInt32LE(pixels?.length ?? 0, 4);
  writeAll(Buffer.concat([prefix, header]));
  if (pixels) writeAll(pixels);
}

function writeAll(bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(STANDARD_OUTPUT, bytes, written);
    } catch (error) {
      // A pipe that does not block says so where it is full; there is nothing else to do here than to wait.
      if (errorCode(error) !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
