import type { Growth } from './growing-file.ts';

/** One picture of a video, shown as the file means it to be shown: rotated and flipped by its display matrix. */
export interface VideoFrame {
  /** Its number in order of presentation, counted from 1, whether or not the frames between were asked for. */
  readonly frame: number;
  /** When it is presented, in milliseconds of the file's own clock (which need not start at 0); never computed from a rate. */
  readonly timeMs: number;
  /** Of the upright picture, in pixels. */
  readonly width: number;
  readonly height: number;
  /** RGB, 8 bits each, `height` rows of `width` pixels without padding. The caller's own, or memory of `FrameMemory`. */
  readonly data: Uint8Array;
}

/** What the file says about itself, before a frame is decoded. */
export interface VideoInfo {
  /** Upright, in pixels. */
  readonly width: number;
  readonly height: number;
  /** By how much the stored picture is turned clockwise to be upright: 0, 90, 180 or 270. */
  readonly rotation: number;
  /** FFmpeg's name, for example `h264`. */
  readonly codec: string;
  /** The number of frames, where the container declares it. It may be wrong. */
  readonly declaredFrames: number | undefined;
  /** The length, where the container declares it. It may be wrong. */
  readonly declaredMs: number | undefined;
  readonly decoder: DecoderName;
}

/** An opened video. It can be iterated once; leaving the loop early ends the decoder. */
export interface Video extends AsyncIterable<VideoFrame>, AsyncDisposable {
  readonly info: VideoInfo;
  /** How many frames were decoded so far, the ones that were not asked for included. */
  readonly decodedFrames: number;
  /** When the last of them is presented, as in `VideoFrame.timeMs`; 0 before the first. */
  readonly decodedMs: number;
  /** Whether it has read all that there is of a growing file, and waits for more. */
  readonly isStarved: boolean;
  /** The decoder's process. */
  readonly pid: number;
  /** Ends the decoder's process, at once, and resolves when it is gone. */
  close(): Promise<void>;
}

export type DecoderName = 'node-av' | 'ffmpeg';

/** Which frames: every nth (the nth is the first), or the first one and then the first of every further period. */
export type FrameChoice = { readonly everyNth: number } | { readonly everySeconds: number };

export interface VideoLimits {
  /** Width times height of a frame; 33,177,600 (7680x4320) when absent. */
  readonly maxPixels: number;
  /** Decoded frames, the ones that were not asked for included; no limit when absent. */
  readonly maxFrames: number;
  /** Declared or decoded length in milliseconds; no limit when absent. */
  readonly maxDurationMs: number;
  /** How long the decoder may work without decoding a frame, 30,000 ms when absent. Waiting for the caller does not count. */
  readonly stallMs: number;
}

/** For who decodes much: memory that is used again, and word of what reading leaves behind. */
export interface FrameMemory {
  /** So many bytes for the pixels of one frame, with anything in them. They are the caller's to use again. */
  take(bytes: number): Uint8Array;
  /** Is told the bytes of each buffer that was read from the decoder and dies at once. */
  arrived(bytes: number): void;
}

export interface VideoOptions {
  /** Every frame when absent. */
  readonly choice?: FrameChoice;
  readonly limits?: Partial<VideoLimits>;
  /**
   * For a file that is still being written: it is read from its beginning, as its bytes come, and without going back,
   * which not every file takes (see `isFrontLoaded`). Waiting for bytes does not count as standing still.
   */
  readonly growth?: Growth;
  /** What the file is called in messages; the path's last part when absent. */
  readonly name?: string;
  /** The registry's FFmpeg library or the system's programs; when absent the first of the two that is installed. */
  readonly decoder?: DecoderName;
  /** New memory for each frame when absent. */
  readonly memory?: FrameMemory;
  /** Ends the decoder at once; the loop throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What every decoder is told. */
export interface DecodeRequest {
  /** Absolute. */
  readonly path: string;
  readonly growth: Growth | undefined;
  readonly choice: FrameChoice;
  readonly limits: VideoLimits;
  readonly memory: FrameMemory | undefined;
  readonly signal: AbortSignal | undefined;
}

/** A running decoder. Only one call of `next` at a time. */
export interface DecoderSession {
  readonly info: VideoInfo;
  readonly decodedFrames: number;
  readonly decodedMs: number;
  readonly isStarved: boolean;
  readonly pid: number;
  /**
   * The next chosen frame, `undefined` after the last.
   * @throws {VideoError}
   */
  next(): Promise<VideoFrame | undefined>;
  /** Resolves when the process is gone. */
  kill(): Promise<void>;
}
