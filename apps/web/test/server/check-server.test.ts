import { ModelService } from '@boxwire/proto/boxwire/v1/model_service';
import {
  Code,
  ConnectError,
  createClient,
  createRouterTransport,
  type ServiceImpl,
} from '@connectrpc/connect';
import { describe, expect, it } from 'vitest';
import { checkServer } from '../../src/server/check-server.ts';
import type { ServerStatus } from '../../src/server/server-status.ts';
import { createServerTransport } from '../../src/server/transport.ts';

const CONNECTING: ServerStatus = { phase: 'connecting' };

function check(getModel: ServiceImpl<typeof ModelService>['getModel'], previous = CONNECTING) {
  const transport = createRouterTransport(({ service }) => service(ModelService, { getModel }));
  return checkServer(createClient(ModelService, transport), previous);
}

function refuse(code: Code, message: string) {
  return () => {
    throw new ConnectError(message, code);
  };
}

describe('checkServer', () => {
  it('names the model', async () => {
    const reply = () => ({
      model: { name: 'yolov5n', classes: ['person', 'bicycle'] },
      notice: 'a small one',
    });
    expect(await check(reply)).toEqual({
      phase: 'ready',
      model: { name: 'yolov5n', classes: ['person', 'bicycle'], notice: 'a small one' },
    });
  });

  it('waits for a model that is being loaded', async () => {
    expect(await check(refuse(Code.Unavailable, 'still loading'))).toEqual({ phase: 'loading' });
  });

  it('does not call it loading when a server goes down', async () => {
    const ready: ServerStatus = { phase: 'ready', model: { name: 'yolov5n', classes: [], notice: '' } };
    expect(await check(refuse(Code.Unavailable, 'shutting down'), ready)).toEqual({
      phase: 'failing',
      message: 'shutting down',
      failures: 1,
    });
  });

  it('passes on what a strange server says', async () => {
    expect(await check(refuse(Code.Unimplemented, 'what model?'))).toMatchObject({
      phase: 'failing',
      message: 'what model?',
    });
  });

  it('counts the times without an answer', async () => {
    const fetch = () => Promise.reject(new TypeError('Failed to fetch'));
    const client = createClient(ModelService, createServerTransport('http://localhost:1', fetch));
    const first = await checkServer(client, CONNECTING);
    expect(first).toEqual({ phase: 'unreachable', failures: 1 });
    expect(await checkServer(client, first)).toEqual({ phase: 'unreachable', failures: 2 });
  });
});
