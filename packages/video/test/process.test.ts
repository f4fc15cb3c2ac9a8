import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openVideo, VideoError, type VideoOptions } from '../src/open-video.ts';
import { writeAvi } from './avi.ts';
import { isAlive } from './is-alive.ts';
import { describeDecoders } from './shared-files.ts';
import { temporaryFolder } from './temporary-folder.ts';

const WIDTH = 640;
const HEIGHT = 480;
/** Longer than a busy machine takes to start the decoder. */
const STALL_MS = 4000;

describeDecoders('the decoder’s process', (decoder) => {
  const folder = temporaryFolder();
  const clip = writeAvi({ width: WIDTH, height: HEIGHT, frames: 120 }).then((bytes) =>
    folder.write('long.avi', bytes),
  );
  const open = async (options: VideoOptions = {}) => openVideo(await clip, { decoder, ...options });

  test('leaving the loop ends it', async () => {
    const video = await open();
    for await (const { frame } of video) if (frame === 3) break;
    expect(isAlive(video.pid)).toBe(false);
  });

  test('never starting the loop and closing ends it', async () => {
    const video = await open();
    expect(isAlive(video.pid)).toBe(true);
    await video.close();
    expect(isAlive(video.pid)).toBe(false);
  });

  test('cancelling ends it and throws the reason, even while nobody reads', async () => {
    const controller = new AbortController();
    const video = await open({ signal: controller.signal });
    const frames = video[Symbol.asyncIterator]();
    await frames.next();
    controller.abort(new Error('enough'));
    while (isAlive(video.pid)) await sleep(10);
    await expect(frames.next()).rejects.toThrow('enough');
  });

  test('a signal that is aborted already starts nothing', async () => {
    await expect(open({ signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no');
  });

  test('its death is told', async () => {
    const video = await open();
    const read = async () => {
      for await (const { frame } of video) if (frame === 2) process.kill(video.pid, 'SIGSEGV');
    };
    const error = await read().catch((reason) => reason);
    expect(error).toBeInstanceOf(VideoError);
    expect(error).toMatchObject({
      kind: 'decoder-died',
      message: expect.stringMatching(/long\.avi: .*SIGSEGV/),
    });
  });

  test('standing still ends it', async () => {
    const video = await open({ limits: { stallMs: STALL_MS } });
    const read = async () => {
      for await (const { frame } of video) if (frame === 2) process.kill(video.pid, 'SIGSTOP');
    };
    await expect(read()).rejects.toMatchObject({
      kind: 'decoder-died',
      message: expect.stringMatching(/no frame for 4 s/),
    });
    expect(isAlive(video.pid)).toBe(false);
  });

  test('a slow caller is not a decoder that stands still', async () => {
    await using video = await open({ limits: { stallMs: STALL_MS } });
    for await (const { frame } of video) {
      if (frame === 2) await sleep(STALL_MS + 500);
      if (frame === 10) break;
    }
  });

  const hasProc = process.platform === 'linux';
  if (!hasProc)
    console.warn('\nNOT TESTED: that a slow caller holds the decoder, because there is no /proc\n');

  test.skipIf(!hasProc)('a slow caller holds it, and memory stays bounded', async () => {
    const video = await open();
    for await (const { frame } of video) {
      if (frame < 5) continue;
      const written = await untilQuiet(() => bytesWritten(video.pid));
      expect(written).toBeLessThan((frame + 4) * WIDTH * HEIGHT * 3);
      break;
    }
  });
});

/** What a process has written so far, pipes included. */
function bytesWritten(pid: number): number {
  return Number(/^wchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1]);
}

/** The value once it has stayed the same for a while. */
async function untilQuiet(read: () => number): Promise<number> {
  for (let last = read(), same = 0; ; ) {
    await sleep(100);
    const value = read();
    same = value === last ? same + 1 : 0;
    if (same === 5) return value;
    last = value;
  }
}
