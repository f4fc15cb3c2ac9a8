import {
  type FrameMemory,
  isFrontLoaded,
  type openVideo,
  untilCommitted,
  type Video,
  VideoError,
  type VideoFrame,
  type VideoInfo,
} from '@boxwire/video';
import type { Gate } from '../detector/gate.ts';
import type { UploadReader } from '../uploads/upload.ts';
import type { AnalysisRequest } from './analysis.ts';
import { DecodingTurn, TurnOverError } from './decoding-turn.ts';
import { patientGrowth, StarvedError } from './patient-growth.ts';
import type { ProgressState } from './progress.ts';
import { toLimits, type VideoSettings } from './video-settings.ts';

export interface VideoOrder extends Pick<AnalysisRequest, 'choice' | 'caller'> {
  readonly upload: UploadReader;
  /** Is told what is waited for. */
  readonly progress: ProgressState;
  /** Aborts everything, also when the upload is gone. */
  readonly signal: AbortSignal;
}

/** How all analyses decode. */
export interface VideoDecoding {
  readonly settings: VideoSettings;
  /** Lets as many videos be decoded at once as there may be. */
  readonly gate: Gate;
  /** A video that others wait for is decoded for so long at least. */
  readonly turnMs: number;
  /** A decoder whose file does not grow for so long makes room for others, and begins anew when it does. */
  readonly patienceMs: number;
  readonly openVideo: typeof openVideo;
  /** Where frames are put; who is given one also gives its memory back. */
  readonly memory: ReusedMemory;
}

export interface ReusedMemory extends FrameMemory {
  /** Nobody reads the frame's pixels any more. */
  give(pixels: Uint8Array): void;
}

/** With all that FFmpeg makes of a file in which it may seek, or from its beginning, through a pipe. */
type InputMode = 'whole' | 'beginning';

/** A decoder may be killed by chance; one that dies so often in one video is killed by the video. */
const MAX_DEATHS = 4;

/**
 * An uploaded video's chosen frames, each once, in order, as soon as their bytes are there, whatever happens to the
 * process that decodes them. That is begun anew where it dies or had to make room for others, and in the other mode where one did not reach the end
 * (each gets further than the other with some damaged files); the frames that were given are then passed over.
 */
export class UploadedVideo implements AsyncIterable<VideoFrame>, AsyncDisposable {
  readonly #order: VideoOrder;
  readonly #decoding: VideoDecoding;
  #video: Video | undefined;
  #turn: DecodingTurn | undefined;
  #hadTurn = false;
  #mode: InputMode = 'whole';
  /** What came of the modes that were tried. */
  readonly #failures = new Map<InputMode, { readonly error: VideoError; readonly frames: number }>();
  #deaths = 0;
  #lastFrame = 0;
  #decodedFrames = 0;
  /** How many frames were chosen so far, the last that was given included. */
  chosenFrames = 0;

  private constructor(order: VideoOrder, decoding: VideoDecoding) {
    this.#order = order;
    this.#decoding = decoding;
  }

  /**
   * @throws {VideoError} as `openVideo` does, `decoder-died` only after several deaths
   * @throws {DetectorError} `overloaded` where too many wait to be decoded
   */
  static async open(
    order: VideoOrder,
    decoding: VideoDecoding,
  ): Promise<{ video: UploadedVideo; info: VideoInfo }> {
    const video = new UploadedVideo(order, decoding);
    try {
      const { info } = await video.#openAgain();
      return { video, info };
    } catch (error) {
      await video[Symbol.asyncDispose]();
      throw error;
    }
  }

  get decodedFrames(): number {
    return Math.max(this.#decodedFrames, this.#video?.decodedFrames ?? 0);
  }

  get decodedMs(): number {
    return this.#video?.decodedMs ?? 0;
  }

  /** Whether all that has arrived is decoded, and more is to come. */
  get isStarved(): boolean {
    return this.#video?.isStarved ?? false;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<VideoFrame> {
    for (let video = this.#video; video; ) {
      try {
        for await (const frame of video) {
          if (frame.frame <= this.#lastFrame) {
            this.#decoding.memory.give(frame.data);
            continue;
          }
          this.#lastFrame = frame.frame;
          this.chosenFrames++;
          yield frame;
        }
        return;
      } catch (error) {
        await this.#recover(error);
        video = await this.#openAgain();
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#makeRoom();
  }

  async #openAgain(): Promise<Video> {
    for (;;) {
      try {
        this.#video = await this.#open();
        return this.#video;
      } catch (error) {
        await this.#recover(error);
      }
    }
  }

  async #open(): Promise<Video> {
    const { upload, choice, progress, signal, caller } = this.#order;
    const { settings, gate, turnMs, patienceMs, openVideo, memory } = this.#decoding;
    const { path, name } = upload;
    this.#mode = await this.#chooseMode();
    if (this.#mode === 'whole' && !upload.complete) {
      progress.stage = 'waiting-for-upload';
      await untilCommitted(upload, upload.sizeBytes, signal);
    }
    if (!this.#turn) {
      if (gate.isFull) progress.stage = 'waiting-for-turn';
      this.#turn = await DecodingTurn.take({ gate, turnMs, signal, caller, isReturn: this.#hadTurn });
      this.#hadTurn = true;
      // Also where the caller takes so little that nothing is asked for.
      this.#turn.signal.addEventListener('abort', () => void this.#makeRoom(), { once: true });
    }
    progress.stage = 'analysing';
    const video = await openVideo(path, {
      ...{ name, choice, memory, limits: toLimits(settings), signal: this.#turn.signal },
      ...(this.#mode === 'beginning' && { growth: patientGrowth(upload, patienceMs) }),
      ...(settings.videoDecoder && { decoder: settings.videoDecoder }),
    });
    this.#turn?.opened(() => video.decodedFrames > this.#decodedFrames || video.isStarved);
    return video;
  }

  /** Does what is needed before the next attempt. @throws the error, where another attempt is of no use */
  async #recover(error: unknown): Promise<void> {
    this.#decodedFrames = this.decodedFrames;
    if (error instanceof TurnOverError) return this.#makeRoom();
    if (error instanceof StarvedError) return this.#awaitMore(error);
    if (!(error instanceof VideoError)) throw error;
    if (error.kind === 'decoder-died') return this.#countDeath(error);
    if (error.kind !== 'unreadable') throw error;
    this.#failures.set(this.#mode, { error, frames: this.#video?.decodedFrames ?? 0 });
    if (this.#mode === 'beginning' && !this.#failures.has('whole')) return;
    const { upload, signal } = this.#order;
    const isFrontal = await isFrontLoaded(upload.path, upload, signal);
    if (isFrontal && !this.#failures.has('beginning')) return;
    // Of two modes that failed, the one that got further knows better why.
    const [worst] = Array.from(this.#failures.values()).sort((a, b) => b.frames - a.frames);
    throw worst?.error ?? error;
  }

  async #chooseMode(): Promise<InputMode> {
    const { upload, signal } = this.#order;
    if (this.#failures.has('whole')) return 'beginning';
    if (upload.complete || this.#failures.has('beginning')) return 'whole';
    return (await isFrontLoaded(upload.path, upload, signal)) ? 'beginning' : 'whole';
  }

  async #makeRoom(turn = this.#turn): Promise<void> {
    await this.#video?.close();
    turn?.leave();
    if (this.#turn === turn) this.#turn = undefined;
  }

  async #awaitMore({ committedBytes }: StarvedError): Promise<void> {
    const { upload, progress, signal } = this.#order;
    await this.#makeRoom();
    progress.stage = 'waiting-for-bytes';
    // More may have come while the decoder was ended, perhaps the last of it.
    await untilCommitted(upload, committedBytes + 1, signal);
  }

  #countDeath(error: VideoError): void {
    if (++this.#deaths < MAX_DEATHS) return;
    const { name } = this.#order.upload;
    const text = `${name}: its decoder died ${this.#deaths} times, at last after frame ${this.decodedFrames}; it may be damaged`;
    throw new VideoError('decoder-died', text, { cause: error });
  }
}
