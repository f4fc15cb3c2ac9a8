import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createArrivals } from '../../src/flow/arrivals.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Arrivals where three are enough. */
function open() {
  const place = { waiting: 0, isIdle: false };
  const come: string[] = [];
  const arrivals = createArrivals({
    hasEnough: (coming) => place.waiting + coming >= 3,
    isIdle: () => place.isIdle,
  });
  return {
    place,
    /** Who was let come, in order. */
    come,
    announce(name: string) {
      const arrival = arrivals.announce();
      if (!arrival.turn) come.push(name);
      arrival.turn?.then(() => come.push(name));
      return arrival;
    },
    /** So many wait from now on. */
    async wait(count: number) {
      const less = count < place.waiting;
      place.waiting = count;
      if (less) arrivals.eased();
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}

test('as many come as are enough; the others as these are taken, in order', async () => {
  const { come, announce, wait } = open();
  const [a, b, c] = [...'abcdef'].map(announce);
  expect(come).toEqual(['a', 'b', 'c']);
  await wait(3);
  for (const arrival of [a, b, c]) arrival?.end();
  await wait(3);
  expect(come).toEqual(['a', 'b', 'c']);
  await wait(2);
  expect(come).toEqual(['a', 'b', 'c', 'd']);
  await wait(1);
  expect(come).toEqual(['a', 'b', 'c', 'd', 'e']);
  await wait(0);
  expect(come).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
});

test('nobody comes before those who have asked for longer', async () => {
  const { come, announce, wait } = open();
  await wait(3);
  announce('a');
  announce('b');
  await wait(2);
  expect(come).toEqual(['a']);
  announce('c');
  await wait(0);
  expect(come).toEqual(['a', 'b', 'c']);
});

test('who does not come after all makes room, once', async () => {
  const { come, announce, wait } = open();
  const [a] = [...'abcde'].map(announce);
  a?.end();
  a?.end();
  await wait(0);
  expect(come).toEqual(['a', 'b', 'c', 'd']);
});

test('who leaves while held back hears of it and takes no place', async () => {
  const { come, announce, wait } = open();
  const [a, , , d] = [...'abcde'].map(announce);
  d?.end();
  await expect(d?.turn).resolves.toBeUndefined();
  a?.end();
  await wait(0);
  expect(come).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('the slow are no reason to hold others back', async () => {
  const { come, announce, wait } = open();
  const [a] = [...'abcdefgh'].map(announce);
  await vi.advanceTimersByTimeAsync(49);
  expect(come).toHaveLength(3);
  await vi.advanceTimersByTimeAsync(1);
  expect(come).toHaveLength(6);
  // Theirs came at last, and leaves nobody's place.
  a?.end();
  await wait(0);
  expect(come).toHaveLength(6);
  await vi.advanceTimersByTimeAsync(50);
  expect(come).toHaveLength(8);
  expect(vi.getTimerCount()).toBe(0);
});

test('who asks when all others are slow comes at once', async () => {
  const { come, announce } = open();
  [...'abc'].map(announce);
  await vi.advanceTimersByTimeAsync(50);
  announce('d');
  expect(come).toEqual(['a', 'b', 'c', 'd']);
});

test('however many are slow, all may come soon where there is too little to do', async () => {
  const { come, place, announce } = open();
  place.isIdle = true;
  for (let i = 0; i < 1000; i++) announce('slow');
  announce('fast');
  await vi.advanceTimersByTimeAsync(50);
  expect(come).toHaveLength(1001);
});

test('time lets nobody come while enough waits', async () => {
  const { come, announce, wait } = open();
  await wait(3);
  announce('a');
  await vi.advanceTimersByTimeAsync(500);
  expect(come).toEqual([]);
  await wait(2);
  expect(come).toEqual(['a']);
});

test('callers come in turns, however often one of them asks', async () => {
  const place = { isFull: true };
  const arrivals = createArrivals({ hasEnough: () => place.isFull, isIdle: () => false });
  const come: string[] = [];
  for (const [index, caller] of [...'ggggmo'].entries()) {
    void arrivals.announce(caller).turn?.then(() => come.push(`${caller}${index}`));
  }
  place.isFull = false;
  arrivals.eased();
  await vi.advanceTimersByTimeAsync(0);
  expect(come).toEqual(['g0', 'm4', 'o5', 'g1', 'g2', 'g3']);
});
