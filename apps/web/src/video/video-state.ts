import type { Problem } from '../problems/problem.ts';
import type { AnalysedFrame, AnalysisEnd, AnalysisStage, MediaFacts } from '../uploads/analysis-event.ts';
import type { AnalysisSettings } from './video-store.ts';

/** What is waited for by itself: the network, or the server. */
export type Trouble = 'offline' | 'no-server';

/** How far the file has gone to the server. */
export interface UploadState {
  readonly done: boolean;
  readonly committedBytes: number;
  readonly bytesPerSecond?: number | undefined;
  readonly leftMs?: number | undefined;
  readonly trouble?: Trouble | undefined;
}

/** How far the analysis has come. */
export interface AnalysisState {
  /** `none` before it is heard of; `queued` while other videos have their turn. */
  readonly stage: 'none' | 'queued' | AnalysisStage;
  /** Presentation time that has been reached. */
  readonly timeMs: number;
  /** Analysed frames per second. */
  readonly framesPerSecond?: number | undefined;
  readonly leftMs?: number | undefined;
  readonly trouble?: Trouble | undefined;
}

/**
 * `opening`: what is known from before is being read. `running`: it is uploaded or analysed, or waits for either.
 * `failed` may have frames all the same, when a file breaks off.
 */
export type VideoPhase = 'opening' | 'running' | 'done' | 'cancelled' | 'failed' | 'needs-file';

/** Where one video stands. */
export interface VideoState {
  readonly id: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly phase: VideoPhase;
  readonly settings: AnalysisSettings;
  /** The file, where this browser has it, and an address that plays it. */
  readonly file?: File | undefined;
  readonly url?: string | undefined;
  readonly upload: UploadState;
  readonly analysis: AnalysisState;
  /** Whether this browser shows its pictures, as far as that is known. */
  readonly playable: boolean;
  readonly media?: MediaFacts | undefined;
  /** In order; a new array whenever there are more. */
  readonly frames: readonly AnalysedFrame[];
  readonly end?: AnalysisEnd | undefined;
  readonly problem?: Problem | undefined;
}

export const NO_FRAMES: readonly AnalysedFrame[] = [];
export const NOTHING_SENT: UploadState = { done: false, committedBytes: 0 };
export const NOTHING_ANALYSED: AnalysisState = { stage: 'none', timeMs: 0 };
