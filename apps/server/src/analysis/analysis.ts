import type { FrameChoice, VideoInfo } from '@boxwire/video';
import type { ImageHeader } from '../detector/decoder/pictures.ts';
import type { DetectionOptions, DetectionResult, Detector } from '../detector/detector.ts';

export interface AnalysisRequest {
  /** One or more. */
  readonly uploadIds: readonly string[];
  readonly options: DetectionOptions;
  /** Which frames of a video are searched. */
  readonly choice: FrameChoice;
  /** The last sequence of an equal request that need not be told again; 0 for none. */
  readonly afterSequence: number;
  /** The longer side of the small pictures that come with a video's frames, in pixels; 0 for none. */
  readonly thumbnailSide: number;
  /** Who asks, where that is known: with others that do, in turn. */
  readonly caller?: string | undefined;
}

export type Stage = 'waiting-for-turn' | 'waiting-for-upload' | 'waiting-for-bytes' | 'analysing';

export interface Progress {
  readonly kind: 'progress';
  readonly stage: Stage;
  readonly committedBytes: number;
  /** Read from the file so far, searched or not. */
  readonly decodedFrames: number;
  /** Presentation time of the last of them. */
  readonly timeMs: number;
}

/** What the file is. */
export type Media = { readonly kind: 'media' } & (
  | { readonly of: 'video'; readonly info: VideoInfo }
  | { readonly of: 'picture'; readonly header: ImageHeader }
);

export interface SearchedFrame {
  readonly kind: 'frame';
  /** Counted from 1. */
  readonly frame: number;
  readonly timeMs: number;
  readonly result: DetectionResult;
  /** A JPEG, where one was asked for. */
  readonly thumbnail?: Uint8Array | undefined;
}

/** How one upload's analysis ended. */
export interface Summary {
  readonly kind: 'summary';
  readonly frames: number;
  readonly searchedFrames: number;
  readonly timeMs: number;
  /** Why it was not read to its end: a VideoError or a DetectorError. */
  readonly error: Error | undefined;
}

/** One thing that is told. `sequence` counts frames and summaries from 1 through all uploads; others have 0. */
export type AnalysisEvent = { readonly uploadIndex: number; readonly sequence: number } & (
  | Progress
  | Media
  | SearchedFrame
  | Summary
);

export interface Analyzer {
  /**
   * Searches uploads one after the other. Ends with the last one's summary; leaving the loop ends the work.
   * @throws {UploadError} where an upload is not there, or not any more
   * @throws {DetectorError} `invalid` for an option, `overloaded` where too many analyses wait, `unavailable`
   * where the same request, with the last sequence seen, goes on later
   * @throws the signal's reason
   */
  analyze(request: AnalysisRequest, detector: Detector, signal: AbortSignal): AsyncGenerator<AnalysisEvent>;
}
