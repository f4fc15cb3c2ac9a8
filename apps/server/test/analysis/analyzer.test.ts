// Uploads are searched as they come: what is told, in which order, and when that ends.
import { openVideo } from '@boxwire/video';
import { expect, test } from 'vitest';
import { isAlive } from '../../../../packages/video/test/is-alive.ts';
import { lookAheadFor } from '../../src/analysis/analyze-upload.ts';
import { until } from '../rpc/harness.ts';
import { CHOSEN, clip, describeAnalyzers, FRAMES, numbered, outline } from './harness.ts';

/** With the fake detector's concurrency of 2. */
const LOOK_AHEAD = 3;

test.each([
  ['few workers', 640, 360, 4, 5],
  ['many workers, small frames', 640, 360, 64, 65],
  ['many workers, large frames', 3840, 2160, 64, 10],
  ['frames of which hardly one fits', 20_000, 20_000, 8, 2],
])('how far ahead is decoded: %s', (_name, width, height, concurrency, expected) => {
  expect(lookAheadFor({ width, height }, concurrency)).toBe(expected);
});

describeAnalyzers('an uploaded video', (start) => {
  test('gives every chosen frame once, in order, and a summary', async () => {
    const { begin, analyze } = start();
    const { id } = await begin(await clip);
    const frames = Array.from({ length: CHOSEN }, (_, index) => ({
      ...{ uploadIndex: 0, sequence: index + 1, frame: 3 * (index + 1), timeMs: (3 * (index + 1) - 1) * 100 },
      boxes: [expect.objectContaining({ xmax: 96, ymax: 64 })],
    }));
    const summary = { frames: FRAMES, searchedFrames: CHOSEN, timeMs: 2900, error: undefined };
    expect(await numbered(analyze({ uploadIds: [id] }))).toEqual([
      ...frames,
      { uploadIndex: 0, sequence: CHOSEN + 1, ...summary },
    ]);
  });

  test('gives frames before its last byte is there, and the same as afterwards', async () => {
    const { begin, analyze } = start();
    const bytes = await clip;
    const whole = await numbered(analyze({ uploadIds: [(await begin(bytes)).id] }));
    const { id, send } = await begin(bytes, 'clip.avi', bytes.length - 1);
    const seen = [];
    for await (const event of analyze({ uploadIds: [id] })) {
      if (event.sequence === 0) continue;
      seen.push(outline(event));
      // All that the bytes tell is told; the rest is held back until now.
      if (seen.length === CHOSEN - 2) await send(bytes.length);
    }
    expect(seen).toEqual(whole);
  });

  test.each([0, FRAMES - 4])(
    'takes the same memory again for frame after frame, behind sequence %d',
    async (after) => {
      const blocks = new Set<ArrayBufferLike>();
      let taken = 0;
      const { begin, analyze } = start(
        {},
        {
          openVideo: (path, { memory, ...options } = {}) => {
            if (!memory) throw new Error('no memory was given');
            const take = (bytes: number) => {
              const block = memory.take(bytes);
              taken++;
              blocks.add(block.buffer);
              return block;
            };
            return openVideo(path, { ...options, memory: { ...memory, take } });
          },
        },
      );
      const { id } = await begin(await clip);
      const events = await numbered(
        analyze({ uploadIds: [id], choice: { everyNth: 1 }, afterSequence: after }),
      );
      expect(events).toHaveLength(FRAMES + 1 - after);
      expect(taken).toBeGreaterThanOrEqual(FRAMES);
      // And the one that is being read.
      expect(blocks.size).toBeLessThanOrEqual(LOOK_AHEAD + 1);
    },
  );

  test('takes the turns of who asks', async () => {
    const { begin, analyze, detector } = start();
    const uploadIds = [(await begin(await clip)).id];
    for (const caller of ['one', undefined]) {
      const from = detector.jobs.length;
      await numbered(analyze({ uploadIds, caller }));
      expect(new Set(detector.jobs.slice(from).map((job) => job.caller))).toEqual(new Set([caller]));
      expect(detector.announced.at(-1)).toBe(caller);
    }
  });

  test('goes on after any frame: none twice, none missing, and none of the others searched', async () => {
    const { begin, analyze, detector } = start();
    const uploadIds = [(await begin(await clip)).id, (await begin(await clip, 'other.avi')).id];
    const whole = await numbered(analyze({ uploadIds, choice: { everyNth: 10 } }));
    expect(whole.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    for (let afterSequence = 0; afterSequence <= whole.length + 1; afterSequence++) {
      const before = detector.jobs.length;
      const rest = await numbered(analyze({ uploadIds, choice: { everyNth: 10 }, afterSequence }));
      expect(rest).toEqual(whole.slice(afterSequence));
      expect(detector.jobs.length - before).toBe(rest.filter((event) => 'frame' in event).length);
    }
  });

  test('a cancel stops the decoder and the detector at once', async () => {
    const { begin, analyze, videos, detector } = start();
    const { id } = await begin(await clip);
    const controller = new AbortController();
    let frames = 0;
    const read = async () => {
      for await (const { kind } of analyze({ uploadIds: [id], choice: { everyNth: 1 } }, controller.signal)) {
        if (kind === 'frame' && ++frames === 5) controller.abort(new Error('enough'));
      }
    };
    await expect(read()).rejects.toThrow('enough');
    expect(frames).toBe(5);
    // The one that was told, the one that was ready, and those that were looked ahead to.
    expect(detector.jobs.length).toBeLessThanOrEqual(5 + 1 + LOOK_AHEAD);
    await until(() => videos.every(({ pid }) => !isAlive(pid)));
  });

  test('so does leaving the loop', async () => {
    const { begin, analyze, videos, detector } = start();
    const { id } = await begin(await clip);
    for await (const { kind } of analyze({ uploadIds: [id], choice: { everyNth: 1 } }))
      if (kind === 'frame') break;
    expect(detector.jobs.length).toBeLessThanOrEqual(1 + 1 + LOOK_AHEAD);
    expect(videos.map(({ pid }) => isAlive(pid))).toEqual([false]);
  });

  test('who does not take what is told holds the work', async () => {
    const { begin, analyze, detector } = start();
    const { id } = await begin(await clip);
    const events = analyze({ uploadIds: [id], choice: { everyNth: 1 } });
    for (let kind = ''; kind !== 'frame'; ) kind = (await events.next()).value?.kind ?? 'end';
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(detector.jobs.length).toBeLessThanOrEqual(1 + 1 + LOOK_AHEAD);
    await events.return(undefined);
  });
});
