import { describe, expect, it } from 'vitest';
import { checkServer } from '../../src/server/check-server.ts';
import { RefusalError } from '../../src/server/get-model.ts';
import type { ServedModel, ServerStatus } from '../../src/server/server-status.ts';

const CONNECTING: ServerStatus = { phase: 'connecting' };
const MODEL: ServedModel = { name: 'yolov5n', classes: ['person', 'bicycle'], notice: 'a small one' };

const online = () => true;

function refuse(code: string, message: string) {
  return () => Promise.reject(new RefusalError(code, message));
}

describe('checkServer', () => {
  it('names the model', async () => {
    expect(await checkServer(async () => MODEL, CONNECTING, online)).toEqual({
      phase: 'ready',
      model: MODEL,
    });
  });

  it('waits for a model that is being loaded', async () => {
    const loading = { phase: 'loading' };
    expect(await checkServer(refuse('unavailable', 'still loading'), CONNECTING, online)).toEqual(loading);
    expect(await checkServer(async () => undefined, CONNECTING, online)).toEqual(loading);
  });

  it('does not call it loading when a server goes down', async () => {
    const ready: ServerStatus = { phase: 'ready', model: MODEL };
    expect(await checkServer(refuse('unavailable', 'shutting down'), ready, online)).toEqual({
      phase: 'failing',
      message: 'shutting down',
      failures: 1,
    });
  });

  it('asks for a sign-in where the server wants one', async () => {
    expect(await checkServer(refuse('unauthenticated', 'a token is needed'), CONNECTING, online)).toEqual({
      phase: 'signed-out',
    });
  });

  it('passes on what a strange server says', async () => {
    expect(await checkServer(refuse('unimplemented', 'what model?'), CONNECTING, online)).toMatchObject({
      phase: 'failing',
      message: 'what model?',
    });
  });

  it.each([
    ['nothing listens', new TypeError('Failed to fetch')],
    ['it takes too long', new DOMException('too long', 'TimeoutError')],
  ])('counts the times without an answer: %s', async (_, error) => {
    const first = await checkServer(() => Promise.reject(error), CONNECTING, online);
    expect(first).toEqual({ phase: 'unreachable', failures: 1, offline: false });
    expect(await checkServer(() => Promise.reject(error), first, online)).toEqual({
      phase: 'unreachable',
      failures: 2,
      offline: false,
    });
  });

  it('does not blame the server while this device is offline', async () => {
    const fail = () => Promise.reject(new TypeError('Failed to fetch'));
    expect(await checkServer(fail, CONNECTING, () => false)).toMatchObject({
      phase: 'unreachable',
      offline: true,
    });
  });
});
