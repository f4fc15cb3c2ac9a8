import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { orAbort } from '../../src/flow/or-abort.ts';

const never = new Promise<never>(() => {});

test.each<[string, () => Promise<unknown>, unknown]>([
  ['a value', async () => 1, { value: 1 }],
  ['an error', () => Promise.reject(new Error('failed')), { reason: new Error('failed') }],
])('%s that comes first is the outcome, and nothing stays attached', async (_, open, outcome) => {
  const { signal } = new AbortController();
  const [settled] = await Promise.allSettled([orAbort(open(), signal)]);
  expect(settled).toMatchObject(outcome as object);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('an abort that comes first is thrown, with its reason', async () => {
  const abort = new AbortController();
  const waiting = orAbort(never, abort.signal);
  abort.abort(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
});

test('so is one that came before', async () => {
  await expect(orAbort(never, AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
});
