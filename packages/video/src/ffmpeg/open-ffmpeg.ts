import { spawnSync } from 'node:child_process';
import { DecoderProcess, inputOf } from '../decoder-process.ts';
import { CONTAINERS, DECODER_THREADS, RGB_BYTES } from '../formats.ts';
import { choiceToSelect } from '../frame-chooser.ts';
import { checkPixels, lengthError, unreadableEnd } from '../verdicts.ts';
import type { DecodeRequest, DecoderSession, VideoFrame } from '../video.ts';
import { VideoError } from '../video-error.ts';
import { FrameLog } from './frame-log.ts';
import { type ProbedVideo, probe } from './probe.ts';

let found: boolean | undefined;

/** Whether `ffmpeg` and `ffprobe` are on the PATH. */
export function hasFfmpeg(): boolean {
  found ??= ['ffmpeg', 'ffprobe'].every((name) => spawnSync(name, ['-version']).status === 0);
  return found;
}

/** Starts the system's `ffmpeg`, which pipes RGB; frame numbers and times come from the `showinfo` lines in its log. */
export async function openFfmpeg(request: DecodeRequest): Promise<DecoderSession> {
  const probed = await probe(request);
  return new FfmpegSession(probed, request);
}

/**
 * -copyts and passthrough keep the time stamps as the file has them. Frames are turned as the file says, not as they say
 * themselves (EXIF, SEI), and keep their sizes: both as with the other decoder.
 */
function ffmpegArguments(
  { path, growth, choice, limits }: DecodeRequest,
  { streamIndex, orientation }: ProbedVideo,
): string[] {
  const filters = [
    ...['showinfo@all=checksum=0', `select='${choiceToSelect(choice)}'`],
    ...[...orientation.filters, 'showinfo@kept=checksum=0'],
  ].join(',');
  return [
    ...['-nostdin', '-hide_banner', '-nostats', '-v', 'info', '-copyts'],
    ...['-protocol_whitelist', growth ? 'pipe' : 'file', '-format_whitelist', CONTAINERS.join(',')],
    ...['-max_pixels', `${limits.maxPixels}`, '-threads', `${DECODER_THREADS}`],
    ...['-noautorotate', '-i', growth ? 'pipe:0' : `file:${path}`],
    ...['-map', `0:${streamIndex}`, '-vf', filters, '-fps_mode', 'passthrough', '-autoscale', '0'],
    // A frame is not to wait, in a buffer or in a thread that "encodes" it, for the next, which may be long in coming.
    ...['-pix_fmt', 'rgb24', '-threads', '1', '-flush_packets', '1', '-f', 'rawvideo', 'pipe:1'],
  ];
}

class FfmpegSession implements DecoderSession {
  readonly info;
  readonly #child: DecoderProcess;
  readonly #request: DecodeRequest;
  readonly #frames: FrameLog;

  constructor(probed: ProbedVideo, request: DecodeRequest) {
    this.info = probed.info;
    this.#request = request;
    this.#frames = new FrameLog();
    this.#child = new DecoderProcess('ffmpeg', ffmpegArguments(request, probed), {
      stallMs: request.limits.stallMs,
      memory: request.memory,
      signal: request.signal,
      onLine: (line) => this.#frames.add(line),
      ...inputOf(request),
    });
    this.#child.logged.then(() => this.#frames.end());
  }

  get decodedFrames(): number {
    return this.#frames.decoded;
  }

  get decodedMs(): number {
    return this.#frames.decodedMs;
  }

  get isStarved(): boolean {
    return this.#child.isStarved;
  }

  get pid(): number {
    return this.#child.pid;
  }

  async next(): Promise<VideoFrame | undefined> {
    const logged = await this.#child.wait(this.#frames.next());
    if (!logged) return this.#finish();
    const { frame, timeMs, width, height } = logged;
    const { limits } = this.#request;
    const tooLong = lengthError(this.decodedFrames, timeMs - this.#frames.startMs, limits);
    if (tooLong) throw tooLong;
    checkPixels(width, height, limits.maxPixels);
    const bytes = width * height * RGB_BYTES;
    const data = await this.#child.readPixels(bytes);
    if (data.length < bytes) return this.#finish();
    return { frame, timeMs, width, height, data };
  }

  kill(): Promise<void> {
    return this.#child.kill();
  }

  #died(): VideoError {
    return new VideoError('decoder-died', `ffmpeg ended early (${this.#child.fate})`, {
      cause: this.#child.log.tail,
    });
  }

  async #finish(): Promise<undefined> {
    const child = this.#child;
    // It is gone once it is known that nothing more comes from it.
    await child.read(1);
    await child.untilClosed();
    const { verdict } = child.log;
    const tooLong = lengthError(
      this.decodedFrames,
      this.decodedMs - this.#frames.startMs,
      this.#request.limits,
    );
    if (tooLong) throw tooLong;
    if (!child.succeeded && (!verdict || child.fate.startsWith('killed'))) {
      throw this.#died();
    }
    const error = unreadableEnd(verdict, this.decodedFrames, this.info);
    if (error) throw error;
    return undefined;
  }
}
