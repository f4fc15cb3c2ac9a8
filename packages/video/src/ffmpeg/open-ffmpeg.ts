import { spawnSync } from 'node:child_process';
import { DecoderProcess, inputOf } from '../decoder-process.ts';
import { CONTAINERS, DECODER_THREADS, RGB_BYTES } from '../formats.ts';
import { choiceToSelect, createChooser } from '../frame-chooser.ts';
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
  { streamIndex, filters }: ProbedVideo,
  selects: boolean,
): string[] {
  const select = selects ? [`select='${choiceToSelect(choice)}'`] : [];
  const steps = ['showinfo@all=checksum=0', ...select, ...filters, 'showinfo@kept=checksum=0'];
  return [
    ...['-nostdin', '-hide_banner', '-nostats', '-v', 'info', '-copyts'],
    ...['-protocol_whitelist', growth ? 'pipe' : 'file', '-format_whitelist', CONTAINERS.join(',')],
    ...['-max_pixels', `${limits.maxPixels}`, '-threads', `${DECODER_THREADS}`],
    ...['-noautorotate', '-i', growth ? 'pipe:0' : `file:${path}`],
    ...['-map', `0:${streamIndex}`, '-vf', steps.join(','), '-fps_mode', 'passthrough', '-autoscale', '0'],
    // A frame is not to wait, in a buffer or in a thread that "encodes" it, for the next, which may be long in coming.
    ...['-pix_fmt', 'rgb24', '-threads', '1', '-flush_packets', '1', '-f', 'rawvideo', 'pipe:1'],
  ];
}

interface Run {
  readonly child: DecoderProcess;
  readonly frames: FrameLog;
  /** Of the frames that come: where ffmpeg selects, those alone. */
  readonly isChosen: (frame: number, seconds: number) => boolean;
}

function startRun(request: DecodeRequest, probed: ProbedVideo, selects: boolean): Run {
  const frames = new FrameLog(selects);
  const child = new DecoderProcess('ffmpeg', ffmpegArguments(request, probed, selects), {
    stallMs: request.limits.stallMs,
    memory: request.memory,
    signal: request.signal,
    onLine: (line) => frames.add(line),
    ...inputOf(request),
  });
  child.logged.then(() => frames.end());
  return { child, frames, isChosen: selects ? () => true : createChooser(request.choice) };
}

/**
 * Lets ffmpeg select, which spares it most of the work. Where it has to begin its selection again within the video, it
 * is run once more, gives all frames, and the choice is made here.
 */
class FfmpegSession implements DecoderSession {
  readonly #probed: ProbedVideo;
  readonly #request: DecodeRequest;
  #run: Run;
  #lastFrame = 0;
  #isKilled = false;

  constructor(probed: ProbedVideo, request: DecodeRequest) {
    this.#probed = probed;
    this.#request = request;
    this.#run = startRun(request, probed, true);
  }

  get info() {
    return this.#probed.info;
  }

  get decodedFrames(): number {
    return this.#run.frames.decoded;
  }

  get decodedMs(): number {
    return this.#run.frames.decodedMs;
  }

  get isStarved(): boolean {
    return this.#run.child.isStarved;
  }

  get pid(): number {
    return this.#run.child.pid;
  }

  async next(): Promise<VideoFrame | undefined> {
    for (;;) {
      const { child, frames, isChosen } = this.#run;
      const logged = await child.wait(frames.next());
      if (!logged && frames.isRebuilt && !this.#isKilled) {
        await this.#runAgain();
        continue;
      }
      if (!logged) return this.#finish();
      const { frame, timeMs, width, height } = logged;
      const { limits } = this.#request;
      const tooLong = lengthError(this.decodedFrames, timeMs - frames.startMs, limits);
      if (tooLong) throw tooLong;
      checkPixels(width, height, limits.maxPixels);
      const isWanted = isChosen(frame, timeMs / 1000) && frame > this.#lastFrame;
      const bytes = width * height * RGB_BYTES;
      const data = await (isWanted ? child.readPixels(bytes) : child.read(bytes));
      if (data.length < bytes) return this.#finish();
      if (!isWanted) continue;
      this.#lastFrame = frame;
      return { frame, timeMs, width, height, data };
    }
  }

  kill(): Promise<void> {
    this.#isKilled = true;
    return this.#run.child.kill();
  }

  async #runAgain(): Promise<void> {
    await this.#run.child.kill();
    if (!this.#isKilled) this.#run = startRun(this.#request, this.#probed, false);
  }

  #died(): VideoError {
    return new VideoError('decoder-died', `ffmpeg ended early (${this.#run.child.fate})`, {
      cause: this.#run.child.log.tail,
    });
  }

  async #finish(): Promise<undefined> {
    const { child, frames } = this.#run;
    // It is gone once it is known that nothing more comes from it.
    await child.read(1);
    await child.untilClosed();
    const { verdict } = child.log;
    const tooLong = lengthError(this.decodedFrames, this.decodedMs - frames.startMs, this.#request.limits);
    if (tooLong) throw tooLong;
    if (!child.succeeded && (!verdict || child.fate.startsWith('killed'))) {
      throw this.#died();
    }
    const error = unreadableEnd(verdict, this.decodedFrames, this.info);
    if (error) throw error;
    return undefined;
  }
}
