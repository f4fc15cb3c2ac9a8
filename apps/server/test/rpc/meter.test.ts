import { Code } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { createByteAccount } from '../../src/access/quota.ts';
import { Meter } from '../../src/rpc/meter.ts';

test.each([
  ['the caller', 100, 1000],
  ['the server', 1000, 100],
])('for bytes that have yet to come %s gives away only half', (_, own, all) => {
  const [bytes, server] = [createByteAccount(own), createByteAccount(all)];
  const meter = new Meter({ name: 'phone', bytes }, server);
  expect(meter.reserve(51)).toBe(false);
  expect(meter.reserve(50)).toBe(true);
  expect([bytes.used, server.used]).toEqual([50, 50]);
  // They are not counted again when they are there.
  expect(meter.arrived(50)).toBeUndefined();
  expect([bytes.used, server.used]).toEqual([50, 50]);
  meter.end();
  expect([bytes.used, server.used]).toEqual([0, 0]);
});

test('what the server has no room for does not count for the caller', async () => {
  const [bytes, server] = [createByteAccount(100), createByteAccount(10)];
  const meter = new Meter({ name: 'phone', bytes }, server);
  await expect(meter.arrived(20)).rejects.toMatchObject({ code: Code.ResourceExhausted });
  expect([bytes.used, server.used]).toEqual([0, 0]);
});
