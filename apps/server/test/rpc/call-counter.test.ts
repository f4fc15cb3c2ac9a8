import { Code } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { createCallCounter, networkOf } from '../../src/rpc/call-counter.ts';

test('each has so many, all together have no more, and what is refused counts for nobody', () => {
  const count = createCallCounter('too many', 'calls');
  const call = (key: string) =>
    count([
      { key, most: 2, whose: 'each' },
      { key: 'all', most: 3, whose: 'all' },
    ]);
  const refused = (rawMessage: string) =>
    expect.objectContaining({ code: Code.ResourceExhausted, rawMessage });
  const end = call('one');
  call('one');
  expect(() => call('one')).toThrow(refused('too many: each may have 2 calls at once'));
  call('two');
  expect(() => call('two')).toThrow(refused('too many: all may have 3 calls at once'));
  end();
  call('two');
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
