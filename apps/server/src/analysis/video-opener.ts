import {
  type DecoderName,
  type FrameChoice,
  openVideo,
  VideoError,
  type VideoLimitName,
  type VideoLimits,
} from '@boxwire/video';
import type { Gate } from '../detector/gate.ts';
import type { UploadReader } from '../uploads/upload.ts';
import { untilCommitted } from './growing-upload.ts';
import type { ProgressState } from './progress.ts';
import { openVideoSource, type VideoSource } from './video-source.ts';

export interface VideoSettings {
  readonly maxVideoPixels: number;
  readonly maxVideoFrames: number;
  readonly maxVideoMs: number;
  readonly videoDecoder: DecoderName | undefined;
}

export interface VideoOrder {
  readonly upload: UploadReader;
  readonly choice: FrameChoice;
  /** Is told what is waited for. */
  readonly progress: ProgressState;
  readonly signal: AbortSignal;
}

/** @throws {VideoError} and {DetectorError} `overloaded` where too many wait to be decoded */
export type VideoOpener = (order: VideoOrder) => Promise<VideoSource>;

const SETTING_NAMES: Record<VideoLimitName, string> = {
  maxPixels: 'MAX_VIDEO_PIXELS',
  maxFrames: 'MAX_VIDEO_FRAMES',
  maxDurationMs: 'MAX_VIDEO_SECONDS',
};

/** Opens uploaded videos; as many are decoded at once as `gate` lets in. */
export function createVideoOpener(settings: VideoSettings, gate: Gate): VideoOpener {
  const { videoDecoder: decoder } = settings;
  const limits: Partial<VideoLimits> = {
    maxPixels: settings.maxVideoPixels,
    maxFrames: settings.maxVideoFrames,
    maxDurationMs: settings.maxVideoMs,
  };

  return async ({ upload, choice, progress, signal }) => {
    const { name, path } = upload;
    if (!upload.complete) progress.stage = 'waiting-for-upload';
    await untilCommitted(upload, upload.sizeBytes, signal);
    if (gate.full) progress.stage = 'waiting-for-turn';
    const leave = await gate.enter(signal);
    progress.stage = 'analysing';
    const options = { name, choice, limits, signal, ...(decoder && { decoder }) };
    try {
      return await openVideoSource(name, () => openVideo(path, options), leave);
    } catch (error) {
      leave();
      throw error;
    }
  };
}

/** The same error, with the setting that set the limit. */
export function withSetting(error: VideoError): VideoError {
  const { kind, limit, message, cause } = error;
  if (!limit) return error;
  return new VideoError(kind, `${message} (${SETTING_NAMES[limit]})`, { limit, cause });
}
