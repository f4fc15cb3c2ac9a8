import { Code } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { createWatchCounter, networkOf } from '../../src/rpc/watch-counter.ts';

test('one address leaves others as many watches, and all together have no more', () => {
  const count = createWatchCounter();
  const watch = (address: string) => count({}, address);
  const refused = (whose: string) =>
    expect.objectContaining({ code: Code.ResourceExhausted, rawMessage: expect.stringContaining(whose) });
  const ends = Array.from({ length: 500 }, () => watch('10.0.0.1'));
  expect(() => watch('10.0.0.1')).toThrow(refused('one address may have 500 watches at once'));
  for (let i = 0; i < 500; i++) watch('10.0.0.2');
  expect(() => watch('10.0.0.3')).toThrow(refused('all connections together may have 1000 watches at once'));
  ends[0]?.();
  expect(() => watch('10.0.0.2')).toThrow(refused('one address'));
  watch('10.0.0.3');
});

test.each([
  ['10.1.2.3', '10.1.2.3'],
  ['::ffff:10.1.2.3', '::ffff:10.1.2.3'],
  ['::1', '0:0:0:0'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  [undefined, ''],
])('%s is of %s', (address, network) => expect(networkOf(address)).toBe(network));
