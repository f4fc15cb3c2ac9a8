import { expect, test } from 'vitest';
import { LogWatch } from '../src/log-verdict.ts';

test.each([
  ['[mov,mp4,m4a,3gp,3g2,mj2 @ 0x55d0c8] moov atom not found', /its index \(moov\) is missing/],
  ['[mov,mp4,m4a,3gp,3g2,mj2 @ 0x55d0c8] stream 0, offset 0x30: partial file', /cut short or damaged/],
  ['[matroska,webm @ 000001c8] File ended prematurely at pos. 99', /cut short or damaged/],
  ['[in#0/avi @ 0x55] [avi @ 0x56] Packet corrupt (stream = 0, dts = 5)', /cut short or damaged/],
  ['[IMGUTILS @ 0x7ffe] Picture size 60000x60000 is invalid', /more pixels than are allowed/],
])('%s', (line, text) => {
  const log = new LogWatch();
  log.add(line);
  expect(log.verdict?.text).toMatch(text);
});

test.each([
  "Input #0, matroska,webm, from 'file:/films/partial file.mkv':",
  '    title           : [mkv @ 0x55] moov atom not found',
  'Error opening input file file:/films/Packet corrupt.mp4.',
  '[h264 @ 0x55] concealing 30 DC, 30 AC, 30 MV errors',
])('nothing of: %s', (line) => {
  const log = new LogWatch();
  log.add(line);
  expect(log.verdict).toBeUndefined();
});
