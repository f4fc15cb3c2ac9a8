// How many uploads are searched at once, who waits for whom, and how long an upload stays.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { AnalysisEvent } from '../../src/analysis/analysis.ts';
import { createAnalyzer } from '../../src/analysis/create-analyzer.ts';
import { createBell } from '../../src/flow/bell.ts';
import type { UploadStore } from '../../src/uploads/upload-store.ts';
import { testSettings, until } from '../rpc/harness.ts';
import { temporaryFolder } from '../small-model.ts';
import { CHOSEN, clip, FRAMES, numbered, startAnalyzer } from './harness.ts';

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

test('is decoded beside those of a caller who holds all that one may, and all the places to wait', async () => {
  const { begin, analyze } = startAnalyzer({ maxAnalyses: 2, maxQueue: 2 }, { patienceMs: 1e8 });
  const bytes = await clip;
  const held = await begin(bytes, 'held.avi', bytes.length - 1);
  const stop = new AbortController();
  const calls = Array.from({ length: 4 }, () =>
    analyze({ uploadIds: [held.id], caller: 'greedy' }, stop.signal),
  );
  const ends = calls.map((call) => numbered(call).catch(({ message }) => message));
  const { id } = await begin(bytes);
  expect(await numbered(analyze({ uploadIds: [id], caller: 'modest' }))).toHaveLength(CHOSEN + 1);
  stop.abort(new Error('enough'));
  const all = await Promise.all(ends);
  expect(all.filter((end) => end === 'enough')).toHaveLength(3);
  expect(all.find((end) => end !== 'enough')).toMatch(/^2 videos wait already, MAX_QUEUE allows 2/);
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
