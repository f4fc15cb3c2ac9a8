// Uploads are searched as they come: what is told, in which order, and what goes on after it was cut off.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openVideo } from '@boxwire/video';
import { expect, onTestFinished, test } from 'vitest';
import type { AnalysisEvent } from '../../src/analysis/analysis.ts';
import { lookAheadFor } from '../../src/analysis/analyze-upload.ts';
import { createAnalyzer } from '../../src/analysis/create-analyzer.ts';
import { DetectorError } from '../../src/detector/detector-error.ts';
import { createBell } from '../../src/flow/bell.ts';
import type { UploadStore } from '../../src/uploads/upload.ts';
import { testSettings } from '../rpc/harness.ts';
import { temporaryFolder } from '../small-model.ts';
import {
  clip,
  describeDecoders,
  FRAMES,
  isAlive,
  numbered,
  outline,
  startAnalyzer,
  until,
} from './harness.ts';

/** With the fake detector's concurrency of 2. */
const LOOK_AHEAD = 3;
/** Frames 3, 6, ... 30. */
const CHOSEN = FRAMES / 3;

test.each([
  ['few workers', 640, 360, 4, 5],
  ['many workers, small frames', 640, 360, 64, 65],
  ['many workers, large frames', 3840, 2160, 64, 10],
  ['frames of which hardly one fits', 20_000, 20_000, 8, 2],
])('how far ahead is decoded: %s', (_name, width, height, concurrency, expected) => {
  expect(lookAheadFor({ width, height }, concurrency)).toBe(expected);
});

test('uploads that are analysed later do not expire while the first still comes', async () => {
  const { detector } = startAnalyzer();
  const folder = temporaryFolder();
  onTestFinished(folder.remove);
  const path = join(folder.path, 'first');
  writeFileSync(path, 'no video, as its first bytes say');
  const growth = createBell();
  const touches = { first: 0, second: 0 };
  const first = { committedBytes: 32, sizeBytes: 1000 };
  const readerOf = (id: 'first' | 'second') => ({
    ...{ path, name: id, complete: false, gone: new AbortController().signal },
    sizeBytes: first.sizeBytes,
    get committedBytes() {
      return first.committedBytes;
    },
    grown: () => growth.rung(),
    touch: () => void touches[id]++,
  });
  const store = { read: async (id: 'first' | 'second') => readerOf(id) } as unknown as UploadStore;
  const request = { options: {}, choice: { everyNth: 1 }, afterSequence: 0, thumbnailSide: 0 };
  const stop = new AbortController();
  const { analyze } = createAnalyzer(store, testSettings());
  const events = analyze({ ...request, uploadIds: ['first', 'second'] }, detector, stop.signal);
  const ended = expect(numbered(events)).rejects.toThrow('enough');
  for (let growths = 0; growths < 3; growths++) {
    const before = touches.second;
    first.committedBytes++;
    growth.ring();
    await until(() => touches.second > before);
  }
  stop.abort(new Error('enough'));
  await ended;
});

describeDecoders('an uploaded video', (videoDecoder) => {
  const start = (...[overrides, parts]: Parameters<typeof startAnalyzer>) =>
    startAnalyzer({ videoDecoder, ...overrides }, parts);

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

  test.each([1, 3])('of %i callers, each has its turn, whoever holds all the places', async (callers) => {
    const { begin, analyze, counter } = start({ maxAnalyses: 2 }, { turnMs: 50, patienceMs: 1e8 });
    const bytes = await clip;
    const held = await begin(bytes, 'held.avi', bytes.length - 1);
    const stop = new AbortController();
    const hold = (caller: string) => analyze({ uploadIds: [held.id], caller }, stop.signal);
    const greedy = Array.from({ length: callers * 2 }, (_, index) => hold(`greedy ${index % callers}`));
    const ends = greedy.map((call) => numbered(call).catch(({ message }) => message));
    await until(() => counter.openings === 2);
    const { id } = await begin(bytes);
    const whole = await numbered(analyze({ uploadIds: [id], caller: 'modest' }));
    expect(whole).toHaveLength(CHOSEN + 1);
    stop.abort(new Error('enough'));
    expect(await Promise.all(ends)).toEqual(greedy.map(() => 'enough'));
  });

  test('gives up its place also while its caller takes nothing, and goes on where it was', async () => {
    const { begin, analyze, counter } = start({ maxAnalyses: 1 }, { turnMs: 50 });
    const { id } = await begin(await clip);
    const every = { uploadIds: [id], choice: { everyNth: 1 } };
    const whole = await numbered(analyze(every));
    const slow = analyze({ ...every, caller: 'slow' });
    const seen: AnalysisEvent[] = [];
    while (seen.at(-1)?.sequence !== 2) seen.push((await slow.next()).value);
    expect(await numbered(analyze({ ...every, caller: 'other' }))).toEqual(whole);
    for await (const event of slow) seen.push(event);
    expect(seen.filter(({ sequence }) => sequence > 0).map(outline)).toEqual(whole);
    expect(counter.openings).toBe(4);
  });

  test('keeps its place while nobody waits who has fewer', async () => {
    const { begin, analyze, counter } = start({ maxAnalyses: 1 }, { turnMs: 8 });
    const { id } = await begin(await clip);
    const stop = new AbortController();
    const first = analyze({ uploadIds: [id], caller: 'one' }, stop.signal);
    for (let kind = ''; kind !== 'frame'; ) kind = (await first.next()).value?.kind ?? 'end';
    const second = numbered(analyze({ uploadIds: [id], caller: 'one' }, stop.signal)).catch(() => {});
    await sleep(100);
    expect(counter.openings).toBe(1);
    stop.abort();
    await second;
  });

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

  test.each([
    ['in the middle', 4],
    ['at the first frame', 1],
    ['after the last frame', CHOSEN],
  ])(
    'survives its decoder being killed %s',
    async (_when, at) => {
      const { begin, analyze, videos } = start();
      const { id } = await begin(await clip);
      const whole = await numbered(analyze({ uploadIds: [id] }));
      const opened = videos.length;
      const seen = [];
      for await (const event of analyze({ uploadIds: [id] })) {
        if (event.sequence === 0) continue;
        seen.push(outline(event));
        if (seen.length === at) process.kill(videos.at(-1)?.pid ?? 0, 'SIGKILL');
      }
      expect(seen).toEqual(whole);
      expect(videos.length - opened).toBeLessThanOrEqual(2);
    },
    90_000,
  );

  test('whose decoder dies again and again has an end', async () => {
    const { begin, analyze, videos } = start();
    const { id } = await begin(await clip);
    const killer = setInterval(() => {
      const { pid = 0 } = videos.at(-1) ?? {};
      if (pid && isAlive(pid)) process.kill(pid, 'SIGKILL');
    }, 1);
    const told = await numbered(analyze({ uploadIds: [id], choice: { everyNth: 1 } }));
    clearInterval(killer);
    expect(told.at(-1)).toMatchObject({
      error: expect.stringMatching(/^clip\.avi: its decoder died 4 times/),
    });
    expect(told.map(({ sequence }) => sequence)).toEqual(told.map((_, index) => index + 1));
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

  test('one that is deleted ends with that, also while its bytes are waited for', async () => {
    const { begin, analyze, store, videos } = start();
    const bytes = await clip;
    for (const sent of [bytes.length, bytes.length / 2]) {
      const { id } = await begin(bytes, 'clip.avi', sent);
      const read = async () => {
        for await (const { kind } of analyze({ uploadIds: [id] }))
          if (kind === 'frame') await store.delete(id);
      };
      await expect(read()).rejects.toMatchObject({
        kind: 'not-found',
        message: 'the upload of clip.avi was deleted',
      });
    }
    await until(() => videos.every(({ pid }) => !isAlive(pid)));
  });

  test('one that never continues ends with its expiry', async () => {
    const { begin, analyze } = start({ uploadAgeMs: 1500 });
    const bytes = await clip;
    const { id } = await begin(bytes, 'clip.avi', bytes.length / 2);
    await expect(numbered(analyze({ uploadIds: [id] }))).rejects.toMatchObject({
      kind: 'not-found',
      message: expect.stringMatching(/clip\.avi has expired/),
    });
  });

  test('one that is searched does not expire, however long it takes', async () => {
    const { begin, analyze, detector, store } = start({ uploadAgeMs: 2500 });
    const { id } = await begin(await clip);
    const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
    const { detect } = detector;
    detector.detect = async (...args) => {
      await held;
      return detect.apply(detector, args);
    };
    const told = numbered(analyze({ uploadIds: [id], choice: { everyNth: 5 } }));
    const { expiresAtMs } = await store.get(id);
    while ((await store.get(id)).expiresAtMs < expiresAtMs + 3000)
      await new Promise((resolve) => setTimeout(resolve, 50));
    letGo();
    expect(await told).toHaveLength(FRAMES / 5 + 1);
  });

  test('a worker that dies is made up for; when they all keep dying, the call can go on later', async () => {
    const { begin, analyze, detector } = start();
    const { id } = await begin(await clip);
    const whole = await numbered(analyze({ uploadIds: [id] }));
    let deaths = 0;
    detector.intercept = () => {
      if (deaths++ % 2 === 0) throw new DetectorError('unavailable', 'the worker died');
    };
    expect(await numbered(analyze({ uploadIds: [id] }))).toEqual(whole);
    let healthy = 4;
    detector.intercept = () => {
      if (healthy-- <= 0) throw new DetectorError('unavailable', 'the worker died');
    };
    const seen: ReturnType<typeof outline>[] = [];
    const read = async () => {
      for await (const event of analyze({ uploadIds: [id] }))
        if (event.sequence > 0) seen.push(outline(event));
    };
    await expect(read()).rejects.toMatchObject({ kind: 'unavailable' });
    detector.intercept = undefined;
    const rest = await numbered(analyze({ uploadIds: [id], afterSequence: seen.at(-1)?.sequence ?? 0 }));
    expect([...seen, ...rest]).toEqual(whole);
  });

  test('only so many are decoded at once; the others see that they wait, too many are refused', async () => {
    const { begin, analyze, videos, detector } = start({ maxAnalyses: 1, maxQueue: 1 });
    const bytes = await clip;
    const { id } = await begin(bytes);
    const first = analyze({ uploadIds: [id], choice: { everyNth: 1 } });
    for (let kind = ''; kind !== 'frame'; ) kind = (await first.next()).value?.kind ?? 'end';
    const events: AnalysisEvent[] = [];
    const second = (async () => {
      for await (const event of analyze({ uploadIds: [id] })) events.push(event);
    })();
    await until(() =>
      events.some((event) => event.kind === 'progress' && event.stage === 'waiting-for-turn'),
    );
    await expect(numbered(analyze({ uploadIds: [id] }))).rejects.toMatchObject({
      kind: 'overloaded',
      message: expect.stringMatching(/1 videos wait already, MAX_QUEUE allows 1/),
    });
    expect(videos).toHaveLength(1);
    await first.return(undefined);
    await second;
    expect(events.filter(({ kind }) => kind === 'frame')).toHaveLength(CHOSEN);
    expect(detector.jobs.length).toBeLessThan(FRAMES + CHOSEN);
  });

  test('one whose last bytes come while its decoder is ended for want of them goes on', async () => {
    const bytes = await clip;
    const upload = Promise.withResolvers<Awaited<ReturnType<ReturnType<typeof start>['begin']>>>();
    const { begin, analyze } = start(
      {},
      {
        patienceMs: 50,
        openVideo: (path, { growth, ...options } = {}) =>
          openVideo(path, {
            ...options,
            ...(growth && {
              growth: {
                sizeBytes: growth.sizeBytes,
                get committedBytes() {
                  return growth.committedBytes;
                },
                grown: () =>
                  growth.grown().catch(async (error: unknown) => {
                    await (await upload.promise).send(bytes.length);
                    throw error;
                  }),
              },
            }),
          }),
      },
    );
    upload.resolve(await begin(bytes, 'clip.avi', bytes.length / 2));
    const events = await numbered(analyze({ uploadIds: [(await upload.promise).id] }));
    expect(events.at(-1)).toMatchObject({ frames: FRAMES, error: undefined });
  });

  test('one that does not grow makes room, and goes on when it does', async () => {
    const { begin, analyze, counter } = start({ maxAnalyses: 1 }, { patienceMs: 200 });
    const bytes = await clip;
    const { id: wholeId } = await begin(bytes);
    const whole = await numbered(analyze({ uploadIds: [wholeId] }));
    const { id, send } = await begin(bytes, 'clip.avi', bytes.length / 2);
    const slow = numbered(analyze({ uploadIds: [id] }));
    await until(() => counter.openings === 2);
    // There is one place, and this takes it.
    expect(await numbered(analyze({ uploadIds: [wholeId] }))).toEqual(whole);
    await send(bytes.length);
    expect(await slow).toEqual(whole);
  });
});
