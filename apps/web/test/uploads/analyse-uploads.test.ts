import { AnalysisService } from '@boxwire/proto/boxwire/v1/analysis_service';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { describe, expect, it } from 'vitest';
import { type AnalysisTask, analyseUploads, type NumberedEvent } from '../../src/uploads/analyse-uploads.ts';
import { createSlots } from '../../src/uploads/slots.ts';
import { createFakeAnalysis, type OnTheWay } from './fake-analysis.ts';
import { connectionLost } from './fake-server.ts';

function setUp(frames: number, onTheWay?: OnTheWay) {
  const server = createFakeAnalysis(frames, onTheWay);
  const client = createClient(AnalysisService, server.transport);
  const told = { troubles: [] as unknown[], pauses: [] as number[], turns: [] as boolean[] };
  const analyse = (part: Partial<AnalysisTask> = {}) =>
    analyseUploads(client, {
      uploadIds: ['a'],
      everyNth: 2,
      options: { confidence: 0.05, iou: 0.45 },
      afterSequence: 0,
      signal: new AbortController().signal,
      slots: createSlots('test', 1, null),
      onTrouble: (error) => error !== undefined && told.troubles.push(error),
      onTurn: (waiting) => told.turns.push(waiting),
      pause: async (attempt) => void told.pauses.push(attempt),
      ...part,
    });
  return { server, told, analyse };
}

const framesOf = (events: readonly NumberedEvent[]) =>
  events.flatMap(({ event }) => (event.kind === 'frame' ? [event.frame.frame] : []));

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('analyseUploads', () => {
  it('asks for what is wanted and tells all that comes', async () => {
    const { server, told, analyse } = setUp(3);
    const events = await Array.fromAsync(analyse());
    expect(events.map(({ event }) => event.kind)).toEqual([
      'progress',
      'media',
      ...['frame', 'frame', 'frame'],
      'end',
    ]);
    expect(server.requests).toMatchObject([
      { uploadIds: ['a'], frames: { case: 'everyNth', value: 2 }, afterSequence: 0n },
    ]);
    expect(server.requests[0]?.options?.iou).toBeCloseTo(0.45);
    expect(told).toEqual({ troubles: [], pauses: [], turns: [true, false] });
  });

  it('tells every frame once, wherever the connection breaks', async () => {
    for (let broken = 0; broken < 12; broken++) {
      let seen = 0;
      const { told, analyse } = setUp(8, () => (seen++ === broken ? connectionLost() : 'pass'));
      const events = await Array.fromAsync(analyse());
      expect(framesOf(events), `broken at response ${broken}`).toEqual(upTo(8));
      expect(events.filter(({ event }) => event.kind === 'end')).toHaveLength(1);
      expect(told.pauses).toEqual(broken < 11 ? [1] : []);
    }
  });

  it('goes on after many breaks in a row, waiting ever longer', async () => {
    const { server, told, analyse } = setUp(4, (call, { sequence }) =>
      call <= 4 && sequence === 3n ? new ConnectError('shutting down', Code.Unavailable) : 'pass',
    );
    expect(framesOf(await Array.fromAsync(analyse()))).toEqual([1, 2, 3, 4]);
    expect(told.pauses).toEqual([1, 2, 3, 4]);
    expect(server.requests.map(({ afterSequence }) => afterSequence)).toEqual([0n, 2n, 2n, 2n, 2n]);
  });

  it('fetches what was left out', async () => {
    const { analyse } = setUp(5, (call, { sequence }) => (call === 1 && sequence === 3n ? 'drop' : 'pass'));
    expect(framesOf(await Array.fromAsync(analyse()))).toEqual(upTo(5));
  });

  it('takes an end without its summary for a lost connection', async () => {
    const { analyse } = setUp(2, (call, { event }) =>
      call === 1 && event?.case === 'summary' ? 'drop' : 'pass',
    );
    const events = await Array.fromAsync(analyse());
    expect(events.at(-1)?.event.kind).toBe('end');
    expect(framesOf(events)).toEqual([1, 2]);
  });

  it('goes on behind what is known from before', async () => {
    const { analyse } = setUp(6);
    expect(framesOf(await Array.fromAsync(analyse({ afterSequence: 4 })))).toEqual([5, 6]);
  });

  it('ends the call on the server when it is cancelled, and when nobody listens any more', async () => {
    const stop = new AbortController();
    const cancelled = setUp(100);
    const reading = (async () => {
      for await (const { sequence } of cancelled.analyse({ signal: stop.signal })) {
        if (sequence === 3) stop.abort(new Error('cancelled'));
      }
    })();
    await expect(reading).rejects.toThrow('cancelled');
    expect(cancelled.server.endedCalls()).toBe(1);

    const left = setUp(100);
    for await (const { sequence } of left.analyse()) if (sequence === 3) break;
    expect(left.server.endedCalls()).toBe(1);
  });

  it('passes on what does not pass by itself', async () => {
    const { told, analyse } = setUp(3, () => new ConnectError('there is no upload a', Code.NotFound));
    await expect(Array.fromAsync(analyse())).rejects.toThrow('there is no upload a');
    expect(told.pauses).toEqual([]);
  });

  it('lets another have the only place, and both come to their end', async () => {
    const slots = createSlots('test', 1, null);
    const [first, second] = [setUp(6), setUp(6)];
    const order: string[] = [];
    const run = async (name: string, { analyse }: typeof first) => {
      for await (const numbered of analyse({ slots, turnMs: 0, now: () => 0 })) {
        if (numbered.event.kind === 'frame') order.push(`${name}${numbered.event.frame.frame}`);
      }
    };
    await Promise.all([run('a', first), run('b', second)]);
    expect(order.filter((name) => name.startsWith('a'))).toEqual(upTo(6).map((n) => `a${n}`));
    expect(order.filter((name) => name.startsWith('b'))).toEqual(upTo(6).map((n) => `b${n}`));
    // The second has begun long before the first was done.
    expect(order.indexOf('b1')).toBeLessThan(order.indexOf('a6'));
    expect([first, second].flatMap(({ told }) => [...told.troubles, ...told.pauses])).toEqual([]);
  });
});
