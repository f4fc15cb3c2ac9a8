import type { FrameChoice } from './video.ts';

/** Against the rounding of time stamps: a frame that comes this much early still opens its period. */
const EPSILON = 1e-6;

/** A function that is told every frame in order (number from 1, presentation time) and says whether it is chosen. */
export function createChooser(choice: FrameChoice): (frame: number, seconds: number) => boolean {
  if ('everyNth' in choice) return (frame) => frame % choice.everyNth === 0;
  let firstSeconds: number | undefined;
  let lastPeriod = -1;
  return (_frame, seconds) => {
    firstSeconds ??= seconds;
    const period = Math.floor((seconds - firstSeconds) / choice.everySeconds + EPSILON);
    if (period <= lastPeriod) return false;
    lastPeriod = period;
    return true;
  };
}

/** The same choice as an expression of FFmpeg's `select` filter. */
export function choiceToSelect(choice: FrameChoice): string {
  if ('everyNth' in choice) return `not(mod(n+1,${choice.everyNth}))`;
  const period = (time: string) => `floor((${time}-start_t)/${choice.everySeconds}+${EPSILON.toFixed(6)})`;
  return `isnan(prev_selected_t)+gt(${period('t')},${period('prev_selected_t')})`;
}
