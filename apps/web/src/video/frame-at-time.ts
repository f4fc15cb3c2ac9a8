import type { AnalysedFrame } from '../uploads/analysis-event.ts';

/** What is known of the picture that is shown. */
export interface KnownFrame {
  readonly frame: AnalysedFrame;
  /** Whether it is this very picture that was analysed; otherwise one shortly before it. */
  readonly exact: boolean;
}

/** The browser's clock and the server's agree to a fraction of this; two frames are further apart. */
const TOLERANCE_MS = 2;

/**
 * The analysed frame to show at a time: this one, else the nearest earlier one, no older than the distance at which
 * frames are analysed.
 *
 * @param frames in order of time
 * @param timeMs presentation time of the picture that is shown
 */
export function frameAtTime(
  frames: readonly AnalysedFrame[],
  timeMs: number,
  gapMs: number,
): KnownFrame | undefined {
  const index = lastIndexUntil(frames, timeMs + TOLERANCE_MS);
  const frame = frames[index];
  if (!frame) return undefined;
  const age = timeMs - frame.timeMs;
  if (age <= TOLERANCE_MS) return { frame, exact: true };
  const isFollowed = index < frames.length - 1;
  return isFollowed || age < gapMs ? { frame, exact: false } : undefined;
}

/** The analysed frame after (1) or before (-1) the picture that is shown at a time. */
export function neighbourOf(
  frames: readonly AnalysedFrame[],
  timeMs: number,
  by: 1 | -1,
): AnalysedFrame | undefined {
  const index = lastIndexUntil(frames, timeMs + TOLERANCE_MS);
  if (by > 0) return frames[index + 1];
  const isAt = Math.abs((frames[index]?.timeMs ?? Number.NaN) - timeMs) <= TOLERANCE_MS;
  return frames[isAt ? index - 1 : index];
}

/** The index of the last frame at or before a time; -1 when all are later. */
function lastIndexUntil(frames: readonly AnalysedFrame[], timeMs: number): number {
  let [low, high] = [0, frames.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((frames[middle] as AnalysedFrame).timeMs <= timeMs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** How far apart analysed frames are, in milliseconds, as far as that shows; 0 when it does not. */
export function samplingGapMs(frames: readonly AnalysedFrame[], everyNth: number): number {
  return frameDurationMs(frames) * everyNth;
}

/** How long one frame of the file lasts on average, in milliseconds; 0 when that cannot be said yet. */
export function frameDurationMs(frames: readonly AnalysedFrame[]): number {
  const [first, last] = [frames[0], frames.at(-1)];
  if (!first || !last) return 0;
  if (last.frame > first.frame) return (last.timeMs - first.timeMs) / (last.frame - first.frame);
  return first.frame > 1 ? first.timeMs / (first.frame - 1) : 0;
}
