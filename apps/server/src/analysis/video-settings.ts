import {
  availableDecoders,
  type DecoderName,
  preferredDecoder,
  VideoError,
  type VideoLimitName,
  type VideoLimits,
} from '@boxwire/video';
import { SettingError } from '../setting.ts';

export interface VideoSettings {
  readonly maxVideoPixels: number;
  readonly maxVideoFrames: number;
  readonly maxVideoMs: number;
  /** The first that is installed when absent. */
  readonly videoDecoder: DecoderName | undefined;
}

/** Looks for decoders, once and for all. @throws {SettingError} when the one that was asked for is not installed */
export function checkDecoder({ videoDecoder }: Pick<VideoSettings, 'videoDecoder'>): void {
  preferredDecoder();
  if (!videoDecoder || availableDecoders().includes(videoDecoder)) return;
  const what =
    videoDecoder === 'ffmpeg' ? 'ffmpeg and ffprobe are not on the PATH' : 'that package is not installed';
  throw new SettingError(
    `VIDEO_DECODER is "${videoDecoder}", but ${what}; allowed is none, for whatever there is`,
  );
}

const SETTING_NAMES: Record<VideoLimitName, string> = {
  maxPixels: 'MAX_VIDEO_PIXELS',
  maxFrames: 'MAX_VIDEO_FRAMES',
  maxDurationMs: 'MAX_VIDEO_SECONDS',
};

/** The same limits as the decoder names them: pixels of a frame, frames, milliseconds. */
export function toLimits({
  maxVideoPixels,
  maxVideoFrames,
  maxVideoMs,
}: VideoSettings): Partial<VideoLimits> {
  return { maxPixels: maxVideoPixels, maxFrames: maxVideoFrames, maxDurationMs: maxVideoMs };
}

/** The same error; one of a limit says which setting it is. */
export function withSettingName(error: VideoError): VideoError {
  const { kind, limit, message, cause } = error;
  if (!limit) return error;
  return new VideoError(kind, `${message} (${SETTING_NAMES[limit]})`, { limit, cause });
}
