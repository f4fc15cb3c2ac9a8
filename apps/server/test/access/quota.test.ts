import { expect, test } from 'vitest';
import { createByteAccount, createRate } from '../../src/access/quota.ts';

test('a rate lets a second of requests through at once, then as they come', () => {
  let now = 0;
  const rate = createRate(4, () => now);
  expect(Array.from({ length: 6 }, rate.take)).toEqual([0, 0, 0, 0, 250, 250]);
  now += 125;
  expect(rate.take()).toBe(125);
  now += 125;
  expect([rate.take(), rate.take()]).toEqual([0, 250]);
  // A long rest saves no more than a second's.
  now += 3_600_000;
  expect(Array.from({ length: 5 }, rate.take)).toEqual([0, 0, 0, 0, 250]);
});

test('less than one request a second', () => {
  let now = 0;
  const rate = createRate(0.5, () => now);
  expect([rate.take(), rate.take()]).toEqual([0, 2000]);
  now += 2000;
  expect(rate.take()).toBe(0);
});

test('bytes are lent up to the limit, and wanted again as they come back', async () => {
  const account = createByteAccount(10);
  expect([account.take(6), account.take(5), account.take(4)]).toEqual([true, false, true]);
  const given = account.given();
  account.give(6);
  await given;
  expect([account.used, account.take(6), account.used]).toEqual([4, true, 10]);
});
