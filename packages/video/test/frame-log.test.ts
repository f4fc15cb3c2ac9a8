import { expect, test } from 'vitest';
import { FrameLog } from '../src/ffmpeg/frame-log.ts';

test('what tells of frames without end takes no memory without end', async () => {
  const log = new FrameLog(true);
  for (let n = 0; n < 100_000; n++) log.add(`[showinfo@kept @ 0x55] n: ${n} pts: ${n} pts_time:${n} s:2x2 `);
  log.end();
  let kept = 0;
  while (await log.next()) kept++;
  expect(kept).toBeGreaterThan(10_000);
  expect(kept).toBeLessThan(100_000);
});
