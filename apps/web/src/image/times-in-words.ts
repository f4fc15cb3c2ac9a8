import type { AnswerTimes } from './answer.ts';

/** Shorter parts are not worth a word. */
const WORTH_NAMING_MS = 0.5;

/**
 * "0.24 s in all: 12 ms to read the picture, 61 ms in the model, 40 ms on the way there and back."; "73 ms on the server:
 * …" where the way was shared.
 */
export function timesInWords(times: AnswerTimes): string {
  const { totalMs, decodeMs, queueMs, preprocessMs, inferenceMs, postprocessMs } = times;
  const serverMs = decodeMs + queueMs + preprocessMs + inferenceMs + postprocessMs;
  const parts: [number, string][] = [
    [decodeMs, 'to read the picture'],
    [queueMs, 'waiting for a turn'],
    [preprocessMs, 'to scale it'],
    [inferenceMs, 'in the model'],
    [postprocessMs, 'to sort the boxes'],
    [totalMs === undefined ? 0 : totalMs - serverMs, 'on the way there and back'],
  ];
  const named = parts
    .filter(([ms]) => ms >= WORTH_NAMING_MS)
    .map(([ms, what]) => `${formatDuration(ms)} ${what}`);
  const sum = totalMs === undefined ? ([serverMs, 'on the server'] as const) : ([totalMs, 'in all'] as const);
  return `${formatDuration(sum[0])} ${sum[1]}: ${named.join(', ')}.`;
}

/** "8 ms", "0.24 s", "12 s". */
export function formatDuration(ms: number): string {
  if (ms < 99.5) return `${Math.round(ms)} ms`;
  if (ms < 9_950) return `${(ms / 1_000).toFixed(ms < 995 ? 2 : 1)} s`;
  return `${Math.round(ms / 1_000)} s`;
}
