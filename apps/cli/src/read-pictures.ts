import { readFile, stat } from 'node:fs/promises';
import { openVideo, VideoError } from '@boxwire/video';
import { isVideoFile } from '@boxwire/video/media-kind';
import { type Input, missing, unreadable } from './find-inputs.ts';

/** One picture on its way to the server: a file as it is, or a frame's pixels. */
export interface Picture {
  readonly source: string;
  /** Counted from 1; a picture that is no video's is frame 1 at 0 ms. */
  readonly frame: number;
  readonly timeMs: number;
  /** How many pictures its source will give, as far as its container tells. */
  readonly expected: number | undefined;
  /** Pixels of a video's frame; absent for an encoded file. */
  readonly raw?: { readonly width: number; readonly height: number };
  /** The encoded file, or RGB. */
  readonly data: Uint8Array;
}

export interface PictureOptions {
  readonly every: number;
  /** A picture's file that has more is not read. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** Told of each input that cannot be read; the others go on. */
  readonly onProblem: (source: string, message: string) => void;
  /** Told of each video that is too short for `every`. */
  readonly warn: (line: string) => void;
}

/** The inputs' pictures in order, each read only when it is asked for. */
export async function* readPictures(
  inputs: Iterable<Input>,
  options: PictureOptions,
): AsyncGenerator<Picture> {
  for (const input of inputs) {
    if ('problem' in input) {
      options.onProblem(input.source, input.problem);
      continue;
    }
    try {
      if (await isVideoFile(input.path)) yield* readFrames(input, options);
      else yield await readImage(input, options.maxBytes);
    } catch (error) {
      options.signal.throwIfAborted();
      options.onProblem(input.source, explain(error, input.source));
    }
  }
}

async function readImage(
  { path, source }: { path: string; source: string },
  maxBytes: number,
): Promise<Picture> {
  const { size } = await stat(path);
  if (size > maxBytes)
    throw new Error(`it has ${size} bytes, MAX_MESSAGE_BYTES of the server allows ${maxBytes}`);
  return { source, frame: 1, timeMs: 0, expected: 1, data: await readFile(path) };
}

async function* readFrames(
  { path, source }: { path: string; source: string },
  { every, signal, warn }: PictureOptions,
): AsyncGenerator<Picture> {
  await using video = await openVideo(path, { choice: { everyNth: every }, signal });
  const { declaredFrames } = video.info;
  const expected = declaredFrames === undefined ? undefined : Math.floor(declaredFrames / every);
  for await (const { frame, timeMs, width, height, data } of video) {
    yield { source, frame, timeMs, expected, raw: { width, height }, data };
  }
  const { decodedFrames } = video;
  if (decodedFrames < every)
    warn(`${source} is shorter than --every ${every}: none of its frames (${decodedFrames}) was searched`);
}

/** For people; without the file's name, which stands before it. */
function explain(error: unknown, source: string): string {
  if (error instanceof VideoError) return error.message.replace(/^.*?: /, '');
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return missing(source);
  return code === undefined ? message : unreadable(error);
}
