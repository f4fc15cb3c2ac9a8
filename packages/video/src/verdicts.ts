import type { LogVerdict } from './log-verdict.ts';
import type { VideoInfo, VideoLimits } from './video.ts';
import { VideoError } from './video-error.ts';

/** What to say where a decoder came to its end: nothing, or why that was not the video's end. */
export function unreadableEnd(
  verdict: LogVerdict | undefined,
  decodedFrames: number,
  { declaredFrames }: VideoInfo,
): VideoError | undefined {
  if (!verdict && decodedFrames > 0) return undefined;
  if (decodedFrames === 0) {
    const { kind, text } = verdict ?? { kind: 'unreadable', text: 'no frame in it could be decoded' };
    return new VideoError(kind, text);
  }
  const of = declaredFrames === undefined ? '' : ` of ${declaredFrames}`;
  return new VideoError(
    verdict?.kind ?? 'unreadable',
    `${verdict?.text}; ${decodedFrames}${of} frames were read`,
  );
}

/** Refuses frames with more pixels than the caller allowed. @throws {VideoError} */
export function checkPixels(width: number, height: number, maxPixels: number): void {
  if (width * height <= maxPixels) return;
  throw new VideoError('limit', `its frames are ${width}x${height}; at most ${maxPixels} pixels are allowed`);
}

/** The length of a file, which may say when it ends by its clock instead; `undefined` where it says nothing. */
export function withoutStart(declaredMs: number | undefined, startMs: number): number | undefined {
  // A start that is not known is far below 0, or no number.
  return declaredMs !== undefined && startMs > 0 && declaredMs > startMs ? declaredMs - startMs : declaredMs;
}

/** Whether this many frames, or this much time since the first, is more than the caller allowed. */
export function lengthError(frames: number, lengthMs: number, limits: VideoLimits): VideoError | undefined {
  const { maxFrames, maxDurationMs } = limits;
  if (frames > maxFrames)
    return new VideoError('limit', `it has more than ${maxFrames} frames`, { limit: 'maxFrames' });
  if (lengthMs > maxDurationMs)
    return new VideoError('limit', `it is longer than ${maxDurationMs / 1000} s`, { limit: 'maxDurationMs' });
  return undefined;
}
