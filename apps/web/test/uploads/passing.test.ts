import { Code, ConnectError } from '@connectrpc/connect';
import { describe, expect, it } from 'vitest';
import { isPassing, pauseForConnection, pauseMs } from '../../src/uploads/passing.ts';
import { connectionLost } from './fake-server.ts';

describe('isPassing', () => {
  it.each([
    ['a lost connection', connectionLost(), true],
    ['a stream that was cut off', ConnectError.from('missing EndStreamResponse'), true],
    ['a server that restarts', new ConnectError('draining', Code.Unavailable), true],
    ['no answer for long', new ConnectError('no answer for 60 s', Code.DeadlineExceeded), true],
    ['a full quota', new ConnectError('full', Code.ResourceExhausted), false],
    ['an upload that is gone', new ConnectError('gone', Code.NotFound), false],
    ['a fault of the server', new ConnectError('oops', Code.Internal), false],
    ['a file that cannot be read', new DOMException('moved', 'NotReadableError'), false],
  ])('%s: %s', (_, error, expected) => expect(isPassing(error)).toBe(expected));
});

describe('pauseMs', () => {
  it('grows to a limit, with some scatter', () => {
    expect([1, 2, 3, 50].map((attempt) => pauseMs(attempt, 0.5))).toEqual([400, 800, 1_600, 10_000]);
    expect(pauseMs(2, 0)).toBeLessThan(pauseMs(2, 1));
  });
});

describe('pauseForConnection', () => {
  it('ends when it is aborted, before or meanwhile', async () => {
    const stop = new AbortController();
    const waiting = pauseForConnection(50, stop.signal);
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(pauseForConnection(50, stop.signal)).rejects.toThrow('enough');
  });
});
