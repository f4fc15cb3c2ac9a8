import {
  type AnalyzeResponseSchema,
  MediaInfo_Kind as Kind,
  AnalysisProgress_Stage as Stage,
} from '@boxwire/proto/boxwire/v1/analysis_service';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { AnalysisEvent, Media, Progress, SearchedFrame, Summary } from '../analysis/analysis.ts';
import type { Log } from '../log.ts';
import { toConnectError } from './errors.ts';

type Response = MessageInitShape<typeof AnalyzeResponseSchema>;
type Event = NonNullable<Response['event']>;

const STAGES: Record<Progress['stage'], Stage> = {
  'waiting-for-upload': Stage.WAITING_FOR_UPLOAD,
  'waiting-for-bytes': Stage.WAITING_FOR_BYTES,
  'waiting-for-turn': Stage.WAITING_FOR_TURN,
  analysing: Stage.ANALYSING,
};

/** @param model the name of the one that answers @param log for the cause of an error that callers are not told */
export function eventToResponse(event: AnalysisEvent, model: string, log: Log): Response {
  const { uploadIndex, sequence } = event;
  return { uploadIndex, sequence: BigInt(sequence), event: toEvent(event, model, log) };
}

function toEvent(event: AnalysisEvent, model: string, log: Log): Event {
  switch (event.kind) {
    case 'progress':
      return { case: 'progress', value: toProgress(event) };
    case 'media':
      return { case: 'media', value: { ...toMedia(event), model } };
    case 'frame':
      return { case: 'frame', value: toFrame(event) };
    case 'summary':
      return { case: 'summary', value: toSummary(event, log) };
  }
}

function toProgress({ stage, committedBytes, decodedFrames, timeMs }: Progress) {
  return {
    stage: STAGES[stage],
    committedBytes: BigInt(committedBytes),
    decodedFrames: BigInt(decodedFrames),
    timeMs,
  };
}

function toMedia(media: Media) {
  if (media.of === 'picture') {
    const { format: codec, width, height, rotation } = media.header;
    return { kind: Kind.PICTURE, codec, width, height, rotation, declaredFrames: 1n };
  }
  const { codec, width, height, rotation, declaredFrames = 0, declaredMs = 0 } = media.info;
  return {
    kind: Kind.VIDEO,
    codec,
    width,
    height,
    rotation,
    declaredFrames: BigInt(declaredFrames),
    declaredMs,
  };
}

function toFrame({ frame, timeMs, result, thumbnail }: SearchedFrame) {
  const { width, height, detections, timings } = result;
  return {
    frame: BigInt(frame),
    timeMs,
    width,
    height,
    detections: [...detections],
    timings,
    ...(thumbnail && { thumbnail }),
  };
}

function toSummary({ frames, searchedFrames, timeMs, error }: Summary, log: Log) {
  const told = error && toConnectError(error, log);
  return {
    frames: BigInt(frames),
    analysedFrames: BigInt(searchedFrames),
    timeMs,
    ...(told && { error: { code: told.code, message: told.rawMessage } }),
  };
}
