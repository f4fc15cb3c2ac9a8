import { ModelService } from '@boxwire/proto/boxwire/v1/model_service';
import { MlPredictions } from '@boxwire/proto/mlpredictions/mlpredictions';
import { createClient } from '@connectrpc/connect';
import { describe, expect, it } from 'vitest';
import { createServerTransport, isNoAnswer } from '../../src/server/transport.ts';

const URL = 'http://localhost:8080';

function recordingFetch(answer: () => Promise<Response>) {
  const calls: RequestInit[] = [];
  const fetch = (_: unknown, init: RequestInit = {}) => {
    calls.push(init);
    return answer();
  };
  return { calls, transport: createServerTransport(URL, fetch as typeof globalThis.fetch) };
}

const emptyReply = async () => new Response(null, { headers: { 'content-type': 'application/proto' } });

describe('createServerTransport', () => {
  it('uploads bytes as a Blob', async () => {
    const { calls, transport } = recordingFetch(emptyReply);
    await createClient(MlPredictions, transport).predictSingleImage({ data: new Uint8Array(100) });
    const [{ body } = {}] = calls;
    expect(body).toBeInstanceOf(Blob);
    expect(body instanceof Blob && body.size).toBeGreaterThan(100);
  });

  it('asks for the model by GET, without headers that would need a preflight', async () => {
    const { calls, transport } = recordingFetch(emptyReply);
    await createClient(ModelService, transport).getModel({});
    expect(calls[0]?.method).toBe('GET');
    expect([...new Headers(calls[0]?.headers).keys()]).toEqual([]);
  });

  it('tells no answer from a bad answer', async () => {
    const gone = recordingFetch(() => Promise.reject(new TypeError('Failed to fetch')));
    const failed = await createClient(ModelService, gone.transport)
      .getModel({})
      .catch((error) => error);
    expect(isNoAnswer(failed)).toBe(true);

    const strange = recordingFetch(async () => new Response('no', { status: 404 }));
    const refused = await createClient(ModelService, strange.transport)
      .getModel({})
      .catch((error) => error);
    expect(isNoAnswer(refused)).toBe(false);
  });
});
