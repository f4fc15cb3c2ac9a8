import { UploadService } from '@boxwire/proto/boxwire/v1/upload_service';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { describe, expect, it } from 'vitest';
import { createSlots } from '../../src/uploads/slots.ts';
import { type UploadTask, uploadFile } from '../../src/uploads/upload-file.ts';
import { type Around, connectionLost, createFakeUploads } from './fake-server.ts';

const CONTENT = Uint8Array.from({ length: 950 }, (_, index) => (index * 7) & 255);
const FILE = new File([CONTENT], 'clip.mp4', { type: 'video/mp4' });

/** An upload to a fake server; `around` breaks calls. */
function setUp(around?: Around) {
  const server = createFakeUploads();
  const client = createClient(UploadService, server.transport(around));
  const told = {
    ids: [] as string[],
    committed: [] as number[],
    troubles: [] as unknown[],
    pauses: [] as number[],
  };
  const send = (part: Partial<UploadTask> = {}) =>
    uploadFile(client, {
      file: FILE,
      name: FILE.name,
      signal: new AbortController().signal,
      slots: createSlots('test', 1, null),
      onId: (id) => told.ids.push(id),
      onCommitted: (bytes) => told.committed.push(bytes),
      onTrouble: (error) => told.troubles.push(error),
      pause: async (attempt, signal) => {
        signal.throwIfAborted();
        told.pauses.push(attempt);
      },
      ...part,
    });
  return { server, client, told, send };
}

/** Breaks the n-th call of a method, before or after it was made. */
function breaking(
  method: string,
  nth: number,
  when: 'before' | 'after',
  error: () => Error = connectionLost,
): Around {
  let count = 0;
  return async (name, go) => {
    const mine = name === method && ++count === nth;
    if (mine && when === 'before') throw error();
    const answer = await go();
    if (mine) throw error();
    return answer;
  };
}

describe('uploadFile', () => {
  it('sends the whole file in pieces of the size that is taken, and says when it is all', async () => {
    const { server, told, send } = setUp();
    const id = await send();
    expect(server.uploads.get(id)).toMatchObject({ name: 'clip.mp4', bytes: CONTENT, finished: true });
    expect(told).toMatchObject({ ids: [id], troubles: [], pauses: [] });
    expect(told.committed).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 950]);
  });

  it('tells the server the name alone of what is in a folder', async () => {
    const { server, send } = setUp();
    const id = await send({ name: `${'folder/'.repeat(50)}clip.mp4` });
    expect(server.uploads.get(id)?.name).toBe('clip.mp4');
  });

  for (const method of ['CreateUpload', 'PutPiece', 'FinishUpload']) {
    for (const when of ['before', 'after'] as const) {
      it(`survives a connection that is lost ${when} ${method} was made`, async () => {
        const { server, told, send } = setUp(breaking(method, 1, when));
        const id = await send();
        expect(server.uploads.get(id)).toMatchObject({ bytes: CONTENT, finished: true });
        expect(told.pauses).toEqual([1]);
        expect(told.troubles).toHaveLength(2);
        expect(told.troubles[1]).toBeUndefined();
      });
    }
  }

  it('asks where the server is instead of sending a piece twice', async () => {
    const { server, told, send } = setUp(breaking('PutPiece', 3, 'after'));
    await send();
    expect(server.calls.filter((name) => name === 'PutPiece')).toHaveLength(10);
    expect(told.committed).toContain(300);
  });

  it('waits ever longer while the server is away', async () => {
    let calls = 0;
    const { told, send } = setUp(async (name, go) => {
      if (name !== 'CreateUpload' && ++calls > 2 && calls < 7) {
        throw new ConnectError('shutting down', Code.Unavailable);
      }
      return go();
    });
    await send();
    expect(told.pauses).toEqual([1, 1, 2, 3]);
  });

  it('goes on where a server is that has lost the end', async () => {
    const { server, told, send } = setUp(async (name, go) => {
      const kept = server.uploads.get('upload-1');
      if (name === 'PutPiece' && kept?.bytes.length === 500) kept.bytes = kept.bytes.subarray(0, 250);
      return go();
    });
    await send();
    expect(told.committed.slice(5, 8)).toEqual([500, 250, 350]);
    expect(server.uploads.get('upload-1')?.bytes).toEqual(CONTENT);
  });

  it('sends a piece again that was damaged on the way, but not for ever', async () => {
    const damage = () => new ConnectError('crc32 does not fit', Code.InvalidArgument);
    const once = setUp(breaking('PutPiece', 2, 'before', damage));
    await once.send();
    expect(once.server.uploads.get('upload-1')?.bytes).toEqual(CONTENT);
    expect(once.told.troubles).toEqual([]);

    const always = setUp(async (name, go) => {
      if (name === 'PutPiece') throw damage();
      return go();
    });
    await expect(always.send()).rejects.toThrow('crc32 does not fit');
    expect(always.server.calls.filter((name) => name === 'PutPiece')).toHaveLength(3);
  });

  it('goes on with an upload of before', async () => {
    const stop = new AbortController();
    const { server, told, send } = setUp();
    await expect(
      send({ signal: stop.signal, onCommitted: (bytes) => bytes === 400 && stop.abort(new Error('reload')) }),
    ).rejects.toThrow();
    const [id = ''] = told.ids;
    server.calls.length = 0;
    await expect(send({ id })).resolves.toBe(id);
    expect(told.committed.slice(0, 2)).toEqual([400, 500]);
    expect(server.calls).not.toContain('CreateUpload');
    expect(server.uploads.get(id)?.bytes).toEqual(CONTENT);
  });

  it('begins anew where the server has forgotten the upload, before or meanwhile', async () => {
    const { server, told, send } = setUp(async (name, go) => {
      if (name === 'PutPiece' && server.uploads.get('upload-1')?.bytes.length === 300)
        server.forget('upload-1');
      return go();
    });
    await send({ id: 'long-gone' });
    expect(told.ids).toEqual(['upload-1', 'upload-2']);
    expect(server.uploads.get('upload-2')?.bytes).toEqual(CONTENT);
  });

  it('does not go on with an upload of another size', async () => {
    const { told, send } = setUp();
    await send({ file: new Blob(['short']), name: 'other' });
    await expect(send({ id: 'upload-1' })).resolves.toBe('upload-2');
    expect(told.ids).toEqual(['upload-1', 'upload-2']);
  });

  it('stops at once when it is told to, and lets others have its place', async () => {
    const stop = new AbortController();
    const slots = createSlots('test', 1, null);
    const { server, send } = setUp((name, go) => {
      if (name === 'PutPiece') stop.abort(new Error('cancelled'));
      return go();
    });
    await expect(send({ signal: stop.signal, slots })).rejects.toThrow('cancelled');
    expect(server.calls.filter((name) => name === 'PutPiece')).toHaveLength(1);
    (await slots.take(new AbortController().signal)).release();
  });

  it('passes on what does not pass by itself', async () => {
    const quota = () => new ConnectError('the quota of 10 GB is full', Code.ResourceExhausted);
    const { told, send } = setUp(breaking('CreateUpload', 1, 'before', quota));
    await expect(send()).rejects.toThrow('the quota of 10 GB is full');
    expect(told.pauses).toEqual([]);
  });

  it('says when the file cannot be read any more', async () => {
    const { send } = setUp();
    const gone = new File([CONTENT], 'gone.mp4');
    const unreadable = Object.assign(gone, {
      slice: () => ({ arrayBuffer: () => Promise.reject(new DOMException('moved', 'NotReadableError')) }),
    });
    await expect(send({ file: unreadable })).rejects.toThrow(DOMException);
  });
});
