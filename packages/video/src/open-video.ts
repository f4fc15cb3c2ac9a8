import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { hasFfmpeg, openFfmpeg } from './ffmpeg/open-ffmpeg.ts';
import type { Growth } from './growing-file.ts';
import { isFragmentTorn } from './iso-box.ts';
import { hasNodeAv, openNodeAv } from './node-av/open-node-av.ts';
import { isOutOfHandles } from './out-of-handles.ts';
import { isRiffCutShort } from './riff-length.ts';
import { lengthError, unreadableEnd } from './verdicts.ts';
import type {
  DecodeRequest,
  DecoderName,
  DecoderSession,
  Video,
  VideoFrame,
  VideoLimits,
  VideoOptions,
} from './video.ts';
import { VideoError } from './video-error.ts';

export { isFrontLoaded } from './front-loaded.ts';
export { type Growth, untilCommitted } from './growing-file.ts';
export type {
  DecoderName,
  FrameChoice,
  FrameMemory,
  Video,
  VideoFrame,
  VideoInfo,
  VideoLimits,
  VideoOptions,
} from './video.ts';
export { VideoError, type VideoErrorKind, type VideoLimitName } from './video-error.ts';

const CUT_SHORT = { kind: 'unreadable', text: 'it is cut short' } as const;
const DAMAGED = { kind: 'unreadable', text: 'it is damaged' } as const;

const DEFAULT_LIMITS: VideoLimits = {
  maxPixels: 7680 * 4320,
  maxFrames: Number.POSITIVE_INFINITY,
  maxDurationMs: Number.POSITIVE_INFINITY,
  stallMs: 30_000,
};

let preferred: DecoderName | undefined;

/**
 * The decoder that is used where none is named. Remembered, since looking for programs holds everything up for a
 * moment, and finds none while no file can be opened.
 */
export function preferredDecoder(): DecoderName | undefined {
  preferred ??= hasNodeAv() ? 'node-av' : hasFfmpeg() ? 'ffmpeg' : undefined;
  return preferred;
}

/** The decoders that are installed here, the preferred one first. */
export function availableDecoders(): DecoderName[] {
  return [...(hasNodeAv() ? (['node-av'] as const) : []), ...(hasFfmpeg() ? (['ffmpeg'] as const) : [])];
}

/**
 * Opens a video: MP4, MOV, WebM, Matroska or AVI with H.264, HEVC, VP8, VP9, AV1, MJPEG or MPEG-4. It is decoded in a
 * process of its own, no faster than the frames are taken; sound is ignored.
 *
 *     await using video = await openVideo('clip.mp4', { choice: { everyNth: 24 } });
 *     for await (const { frame, timeMs, data } of video) ...
 *
 * @throws {VideoError} here, or from the loop where the file turns out to be damaged further on
 * @throws {RangeError} an option is out of range
 */
export async function openVideo(path: string, options: VideoOptions = {}): Promise<Video> {
  const name = options.name ?? basename(path);
  const request: DecodeRequest = {
    path: resolve(path),
    choice: options.choice ?? { everyNth: 1 },
    growth: options.growth,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    memory: options.memory,
    signal: options.signal,
  };
  checkChoice(request.choice);
  options.signal?.throwIfAborted();
  try {
    const isCut = await checkFile(path, options.growth);
    const session = await openSession(request, options.decoder);
    return new SessionVideo(session, { name, path, isCut, signal: options.signal });
  } catch (error) {
    throw named(error, name);
  }
}

async function openSession(request: DecodeRequest, decoder?: DecoderName): Promise<DecoderSession> {
  const chosen = decoder ?? preferredDecoder();
  if (!chosen) throw new VideoError('no-decoder', 'neither the package node-av nor ffmpeg is installed here');
  const session = await (chosen === 'ffmpeg' ? openFfmpeg(request) : openNodeAv(request));
  const { declaredFrames = 0, declaredMs = 0 } = session.info;
  const error = lengthError(declaredFrames, declaredMs, request.limits);
  if (!error) return session;
  await session.kill();
  throw error;
}

interface VideoSource {
  readonly name: string;
  readonly path: string;
  readonly isCut: boolean;
  readonly signal: AbortSignal | undefined;
}

class SessionVideo implements Video {
  readonly #session: DecoderSession;
  readonly #file: VideoSource;
  #taken = false;

  constructor(session: DecoderSession, file: VideoSource) {
    this.#session = session;
    this.#file = file;
  }

  get info() {
    return this.#session.info;
  }

  get decodedFrames() {
    return this.#session.decodedFrames;
  }

  get decodedMs() {
    return this.#session.decodedMs;
  }

  get isStarved() {
    return this.#session.isStarved;
  }

  get pid() {
    return this.#session.pid;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<VideoFrame> {
    if (this.#taken) throw new Error('a video can be iterated once; open it again');
    this.#taken = true;
    try {
      for (let frame = await this.#session.next(); frame; frame = await this.#session.next()) yield frame;
      if (this.#file.isCut) throw unreadableEnd(CUT_SHORT, this.decodedFrames, this.info);
      if (await isFragmentTorn(this.#file.path, this.#file.signal))
        throw unreadableEnd(DAMAGED, this.decodedFrames, this.info);
    } catch (error) {
      throw named(error, this.#file.name);
    } finally {
      await this.close();
    }
  }

  close(): Promise<void> {
    return this.#session.kill();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Refuses what is no file; says whether it is certainly cut short. */
async function checkFile(path: string, growth: Growth | undefined): Promise<boolean> {
  const file = await stat(path).catch((cause) => {
    throw new VideoError('unreadable', 'there is no such file', { cause });
  });
  if (!file.isFile()) throw new VideoError('unreadable', 'it is not a file');
  const sizeBytes = growth?.sizeBytes ?? file.size;
  if (sizeBytes === 0) throw new VideoError('unreadable', 'it is empty');
  return isRiffCutShort(path, sizeBytes).catch((cause) => {
    if (isOutOfHandles(cause)) throw cause;
    throw new VideoError('unreadable', 'it cannot be opened', { cause });
  });
}

function checkChoice(choice: DecodeRequest['choice']): void {
  const good =
    'everyNth' in choice
      ? Number.isInteger(choice.everyNth) && choice.everyNth >= 1
      : Number.isFinite(choice.everySeconds) && choice.everySeconds > 0;
  if (!good)
    throw new RangeError(`expected a positive number of frames or seconds, got ${JSON.stringify(choice)}`);
}

/** The same error, with the file's name before it. */
function named(error: unknown, name: string): unknown {
  if (!(error instanceof VideoError)) return error;
  const { kind, message, limit, cause } = error;
  return new VideoError(kind, `${name}: ${message}`, { limit, cause: cause ?? error });
}
