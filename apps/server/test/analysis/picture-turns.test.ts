// Uploaded pictures are read by a few bytes of request: no more of them than the detector works on, however many calls.
import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { AnalysisEvent } from '../../src/analysis/analysis.ts';
import { until, untilSteady } from '../rpc/harness.ts';
import { numbered, startAnalyzer } from './harness.ts';

/** The fake detector's concurrency of 2, and one more. */
const AT_ONCE = 3;
const picture = sharp({ create: { width: 20, height: 10, channels: 3, background: 'red' } })
  .png()
  .toBuffer();

async function start() {
  const analyzer = startAnalyzer();
  const { id } = await analyzer.begin(await picture, 'red.png');
  const { detector } = analyzer;
  const fake = { held: [] as (() => void)[], asked: 0 };
  const { readHeader } = detector;
  detector.readHeader = async (...args) => {
    fake.asked++;
    await new Promise<void>((resolve) => fake.held.push(resolve));
    return readHeader(...args);
  };
  return {
    ...analyzer,
    fake,
    analyze: (signal?: AbortSignal) => analyzer.analyze({ uploadIds: [id] }, signal),
  };
}

test('the others wait for their turn, and all are answered', async () => {
  const { fake, analyze } = await start();
  const all = Array.from({ length: 10 }, () => numbered(analyze()));
  for (let answered = 0; answered < 10; answered++) {
    await until(() => fake.held.length > 0);
    await untilSteady(() => fake.asked, 20);
    expect(fake.asked).toBe(Math.min(answered + AT_ONCE, 10));
    fake.held.shift()?.();
    if (answered < 10 - AT_ONCE) await until(() => fake.asked > answered + AT_ONCE);
  }
  for (const events of await Promise.all(all)) {
    expect(events).toMatchObject([{ frame: 1 }, { searchedFrames: 1, error: undefined }]);
  }
});

test('one that waits is told so, and leaves when its call ends', async () => {
  const { fake, analyze } = await start();
  const first = Array.from({ length: AT_ONCE }, () => numbered(analyze()));
  await until(() => fake.asked === AT_ONCE);
  const cancel = new AbortController();
  const waiting = analyze(cancel.signal)[Symbol.asyncIterator]();
  let event: AnalysisEvent | undefined;
  while (event?.kind !== 'progress' || event.stage !== 'waiting-for-turn') {
    ({ value: event } = (await waiting.next()) as { value: AnalysisEvent });
  }
  cancel.abort(new Error('gone'));
  await expect(waiting.next()).rejects.toThrow('gone');
  for (const go of fake.held.splice(0)) go();
  await Promise.all(first);
  expect(fake.asked).toBe(AT_ONCE);
});

test('a client that hears nothing of its picture keeps nobody waiting', async () => {
  const { fake, analyze } = await start();
  const deaf = Array.from({ length: AT_ONCE }, () => analyze()[Symbol.asyncIterator]());
  for (const events of deaf) await events.next();
  const next = deaf.map((events) => events.next());
  await until(() => fake.held.length === AT_ONCE);
  for (const go of fake.held.splice(0)) go();
  await Promise.all(next);
  const other = numbered(analyze());
  await until(() => fake.held.length === 1);
  fake.held.shift()?.();
  expect(await other).toMatchObject([{ frame: 1 }, { error: undefined }]);
  for (const events of deaf) await events.return?.(undefined);
});
