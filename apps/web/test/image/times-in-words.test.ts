import { expect, it } from 'vitest';
import { formatDuration, timesInWords } from '../../src/image/times-in-words.ts';

it.each([
  [0, '0 ms'],
  [8.4, '8 ms'],
  [99.6, '0.10 s'],
  [240, '0.24 s'],
  [996, '1.0 s'],
  [2_340, '2.3 s'],
  [12_400, '12 s'],
])('formats %f ms as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

it('names what took time, and leaves out what took none', () => {
  const server = { decodeMs: 12.2, queueMs: 0, preprocessMs: 3, inferenceMs: 61, postprocessMs: 0.4 };
  expect(timesInWords({ totalMs: 120, ...server })).toBe(
    '0.12 s in all: 12 ms to read the picture, 3 ms to scale it, 61 ms in the model, 43 ms on the way there and back.',
  );
});

it('says nothing of the way where it was shared', () => {
  const server = { decodeMs: 12.2, queueMs: 0, preprocessMs: 0, inferenceMs: 61, postprocessMs: 0 };
  expect(timesInWords(server)).toBe('73 ms on the server: 12 ms to read the picture, 61 ms in the model.');
});
