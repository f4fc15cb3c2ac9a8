import { ModelService } from '@boxwire/proto/boxwire/v1/model_service';
import { Code, ConnectError, type ServiceImpl } from '@connectrpc/connect';
import { describe, expect, it } from 'vitest';
import { getModel, RefusalError } from '../../src/server/get-model.ts';
import { connectFetch } from './connect-fetch.ts';

const URL = 'http://localhost:8080';
const { signal } = new AbortController();

/** Asks a real Connect handler in place of the server's. */
function ask(reply: ServiceImpl<typeof ModelService>['getModel']) {
  const fetch = connectFetch(({ service }) => service(ModelService, { getModel: reply }));
  return getModel(URL, signal, fetch);
}

describe('getModel', () => {
  it('reads what the service answers', async () => {
    const reply = () => ({
      model: { name: 'yolov5n', classes: ['person', 'bicycle'] },
      notice: 'a small one',
    });
    expect(await ask(reply)).toEqual({
      name: 'yolov5n',
      classes: ['person', 'bicycle'],
      notice: 'a small one',
    });
  });

  it('reads how many boxes the server lists', async () => {
    const reply = () => ({ model: {}, limits: { maxDetections: 300 } });
    expect(await ask(reply)).toMatchObject({ maxDetections: 300 });
  });

  it('takes what is left out for empty', async () => {
    expect(await ask(() => ({ model: {} }))).toEqual({ name: '', classes: [], notice: '' });
    expect(await ask(() => ({}))).toBeUndefined();
  });

  it('passes on why the service refuses', async () => {
    const refused = ask(() => {
      throw new ConnectError('still loading', Code.Unavailable);
    });
    await expect(refused).rejects.toMatchObject({
      name: 'RefusalError',
      code: 'unavailable',
      message: 'still loading',
    });
  });

  it('says so when what answers is no such service', async () => {
    const strange = async () => new Response('<html>', { status: 404 });
    await expect(getModel(URL, signal, strange)).rejects.toBeInstanceOf(RefusalError);
  });

  it('leaves no answer as it is', async () => {
    const gone = () => Promise.reject(new TypeError('Failed to fetch'));
    await expect(getModel(URL, signal, gone)).rejects.toBeInstanceOf(TypeError);
  });

  it('sends no header that would need a preflight', async () => {
    let seen: RequestInit = {};
    const fetch = async (_: unknown, init: RequestInit = {}) => {
      seen = init;
      return Response.json({});
    };
    await getModel(URL, signal, fetch as typeof globalThis.fetch);
    expect(seen.headers).toBeUndefined();
    expect(seen.method).toBeUndefined();
  });
});
