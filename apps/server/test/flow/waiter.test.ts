import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { createWaiter, type Waiter } from '../../src/flow/waiter.ts';

test.each<[string, (waiter: Waiter<number>, abort: AbortController) => void, object]>([
  ['what is given', (waiter) => waiter.give(1), { status: 'fulfilled', value: 1 }],
  ['what it is refused with', (waiter) => waiter.refuse('full'), { status: 'rejected', reason: 'full' }],
  ['the reason of an abort', (_, abort) => abort.abort('gone'), { status: 'rejected', reason: 'gone' }],
])('ends with %s; nothing stays attached', async (_, end, outcome) => {
  const abort = new AbortController();
  let ends = 0;
  const waiter = createWaiter<number>(abort.signal, () => ends++);
  expect(getEventListeners(abort.signal, 'abort')).toHaveLength(1);
  end(waiter, abort);
  expect(ends).toBe(1);
  expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
  expect(await Promise.allSettled([waiter.promise])).toEqual([outcome]);
});

test('what follows the end changes nothing', async () => {
  const waiter = createWaiter<number>(undefined, () => {});
  waiter.give(1);
  waiter.give(2);
  waiter.refuse('full');
  expect(await waiter.promise).toBe(1);
});
