// How many uploads are searched at once, who waits for whom, and how long an upload stays.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { AnalysisEvent } from '../../src/analysis/analysis.ts';
import { createAnalyzer } from '../../src/analysis/create-analyzer.ts';
import { createBell } from '../../src/flow/bell.ts';
import type { UploadStore } from '../../src/uploads/upload-store.ts';
import { testSettings, until } from '../rpc/harness.ts';
import { temporaryFolder } from '../small-model.ts';
import { CHOSEN, clip, FRAMES, numbered, outline, startAnalyzer } from './harness.ts';

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

test.each([1, 3])('of %i callers, each has its turn, whoever holds all the places', async (callers) => {
  const { begin, analyze, counter } = startAnalyzer({ maxAnalyses: 2 }, { turnMs: 50, patienceMs: 1e8 });
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
  const { begin, analyze, counter } = startAnalyzer({ maxAnalyses: 1 }, { turnMs: 50 });
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
  const { begin, analyze, counter } = startAnalyzer({ maxAnalyses: 1 }, { turnMs: 8 });
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

test('only so many are decoded at once; the others see that they wait, too many are refused', async () => {
  const { begin, analyze, videos, detector } = startAnalyzer({ maxAnalyses: 1, maxQueue: 1 });
  const bytes = await clip;
  const { id } = await begin(bytes);
  const first = analyze({ uploadIds: [id], choice: { everyNth: 1 } });
  for (let kind = ''; kind !== 'frame'; ) kind = (await first.next()).value?.kind ?? 'end';
  const events: AnalysisEvent[] = [];
  const second = (async () => {
    for await (const event of analyze({ uploadIds: [id] })) events.push(event);
  })();
  await until(() => events.some((event) => event.kind === 'progress' && event.stage === 'waiting-for-turn'));
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

test('one that never continues ends with its expiry', async () => {
  const { begin, analyze } = startAnalyzer({ uploadAgeMs: 1500 });
  const bytes = await clip;
  const { id } = await begin(bytes, 'clip.avi', bytes.length / 2);
  await expect(numbered(analyze({ uploadIds: [id] }))).rejects.toMatchObject({
    kind: 'not-found',
    message: expect.stringMatching(/clip\.avi has expired/),
  });
});

test('one that is searched does not expire, however long it takes', async () => {
  const { begin, analyze, detector, store } = startAnalyzer({ uploadAgeMs: 2500 });
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
