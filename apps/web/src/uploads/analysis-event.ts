import {
  type AnalyzeResponse,
  type FrameDetections,
  MediaInfo_Kind as Kind,
  type MediaInfo,
  type Detection as ServersDetection,
  AnalysisProgress_Stage as Stage,
} from '@boxwire/proto/boxwire/v1/analysis_service';
import type { Code } from '@connectrpc/connect';
import type { Detection } from '../detections/detection.ts';

/** What a file is. */
export interface MediaFacts {
  readonly kind: 'picture' | 'video';
  /** Of the upright picture, in pixels. */
  readonly width: number;
  readonly height: number;
  /** For example "h264". */
  readonly codec: string;
  /** As the file says, so not to be relied on; 0 when it does not. */
  readonly declaredMs: number;
  readonly model: string;
}

/** The objects of one frame. */
export interface AnalysedFrame {
  /** Counted from 1. */
  readonly frame: number;
  /** Presentation time by the file's own clock. */
  readonly timeMs: number;
  /** Of the upright frame, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Most confident first. */
  readonly detections: readonly Detection[];
  /** The frame as a small picture, where one was asked for. */
  readonly thumbnail?: Blob;
}

/** Where the server's time went, in milliseconds. */
export interface FrameTimings {
  readonly decodeMs: number;
  readonly queueMs: number;
  readonly preprocessMs: number;
  readonly inferenceMs: number;
  readonly postprocessMs: number;
}

export type AnalysisStage = 'waiting-for-turn' | 'waiting-for-upload' | 'waiting-for-bytes' | 'analysing';

/** How an analysis ended. */
export interface AnalysisEnd {
  /** Frames in the file, as far as it could be read, and how many of them were searched. */
  readonly frames: number;
  readonly analysedFrames: number;
  readonly timeMs: number;
  /** Why the file was not read to its end; undefined when it was. */
  readonly error?: { readonly code: Code; readonly message: string } | undefined;
}

/** What an analysis tells of one upload, in order. */
export type AnalysisEvent =
  | {
      readonly kind: 'progress';
      readonly stage: AnalysisStage;
      readonly decodedFrames: number;
      readonly timeMs: number;
    }
  | { readonly kind: 'media'; readonly media: MediaFacts }
  | { readonly kind: 'frame'; readonly frame: AnalysedFrame; readonly timings: FrameTimings }
  | { readonly kind: 'end'; readonly end: AnalysisEnd };

const STAGES: Record<Stage, AnalysisStage> = {
  [Stage.UNSPECIFIED]: 'analysing',
  [Stage.WAITING_FOR_UPLOAD]: 'waiting-for-upload',
  [Stage.WAITING_FOR_BYTES]: 'waiting-for-bytes',
  [Stage.ANALYSING]: 'analysing',
  [Stage.WAITING_FOR_TURN]: 'waiting-for-turn',
};

/** One message in the page's own terms; undefined for what this page does not know yet. */
export function analysisEvent({ event }: AnalyzeResponse): AnalysisEvent | undefined {
  switch (event.case) {
    case 'progress': {
      const { stage, decodedFrames, timeMs } = event.value;
      return { kind: 'progress', stage: STAGES[stage], decodedFrames: Number(decodedFrames), timeMs };
    }
    case 'media':
      return { kind: 'media', media: toMediaFacts(event.value) };
    case 'frame':
      return { kind: 'frame', frame: toAnalysedFrame(event.value), timings: toTimings(event.value) };
    case 'summary': {
      const { frames, analysedFrames, timeMs, error } = event.value;
      const ended = { frames: Number(frames), analysedFrames: Number(analysedFrames), timeMs };
      return { kind: 'end', end: { ...ended, error: error && { code: error.code, message: error.message } } };
    }
    default:
      return undefined;
  }
}

function toMediaFacts({ kind, width, height, codec, declaredMs, model }: MediaInfo): MediaFacts {
  return {
    kind: kind === Kind.PICTURE ? 'picture' : 'video',
    ...{ width, height, codec, declaredMs, model },
  };
}

function toAnalysedFrame(message: FrameDetections): AnalysedFrame {
  const { frame, timeMs, width, height, detections, thumbnail } = message;
  return {
    ...{ frame: Number(frame), timeMs, width, height, detections: detections.map(toDetection) },
    ...(thumbnail.length > 0 && { thumbnail: new Blob([thumbnail.slice()], { type: 'image/jpeg' }) }),
  };
}

function toTimings({ timings }: FrameDetections): FrameTimings {
  const { decodeMs = 0, queueMs = 0, preprocessMs = 0, inferenceMs = 0, postprocessMs = 0 } = timings ?? {};
  return { decodeMs, queueMs, preprocessMs, inferenceMs, postprocessMs };
}

function toDetection(detection: ServersDetection, id: number): Detection {
  const { name, classId, confidence, xmin, ymin, xmax, ymax } = detection;
  return { id, name, classId, confidence, boxXyxy: [xmin, ymin, xmax, ymax] };
}
