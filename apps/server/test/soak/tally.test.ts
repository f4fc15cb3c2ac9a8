// What the soak and the storm count as lost.
import { Code, ConnectError } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { Tally } from '../../soak/tally.ts';

const cutOff = () =>
  Promise.reject(new ConnectError('http/2 stream closed with error code CANCEL', Code.Canceled));

test('an answer is an answer, and what says so may be tried again', async () => {
  const tally = new Tally();
  expect(await tally.follow('a call', Promise.resolve(5))).toEqual({ kind: 'answered', value: 5 });
  const busy = Promise.reject(new ConnectError('busy', Code.ResourceExhausted));
  expect(await tally.follow('a call', busy)).toEqual({ kind: 'again' });
  expect(tally.lost).toEqual([]);
});

test('a call that is cut off with its connection is lost, unless its server was killed', async () => {
  const alive = new Tally();
  expect(await alive.follow('a call', cutOff())).toEqual({ kind: 'lost' });
  expect(alive.lost).toEqual([expect.stringContaining('a call: 1 ')]);
  const killed = new Tally(() => performance.now());
  expect(await killed.follow('a call', cutOff())).toEqual({ kind: 'again' });
  const longAgo = new Tally(() => performance.now() - 60_000);
  expect(await longAgo.follow('a call', cutOff())).toEqual({ kind: 'lost' });
});

test('any other error is lost, also of a server that was killed', async () => {
  const tally = new Tally(() => performance.now());
  const internal = Promise.reject(new ConnectError('internal', Code.Internal));
  expect(await tally.follow('a call', internal)).toEqual({ kind: 'lost' });
});

test('a request that never ends is unanswered', async () => {
  const tally = new Tally();
  void tally.follow('a call', new Promise(() => {}));
  await tally.follow('a call', Promise.resolve());
  expect(tally.unanswered).toBe(1);
});

test('another answer to the same question is lost', () => {
  const tally = new Tally();
  tally.expectSame('frame 1', [{ name: 'bus' }]);
  tally.expectSame('frame 1', [{ name: 'bus' }]);
  expect(tally.lost).toEqual([]);
  tally.expectSame('frame 1', []);
  expect(tally.lost).toEqual(['another answer to frame 1']);
});
