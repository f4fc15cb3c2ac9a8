import { getEventListeners, once } from 'node:events';
import { PassThrough } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { HttpRequest } from '../../src/rpc/http.ts';
import { PIECES_PER_TURN, readBody } from '../../src/rpc/read-body.ts';
import { collect, until, untilSteady } from './harness.ts';

const OPTIONS = {
  arrived: (_: Uint8Array): Promise<void> | undefined => undefined,
  toPieces: (chunk: Uint8Array) => [chunk],
  atEnd: (): Uint8Array[] => [],
  signal: (): AbortSignal | undefined => undefined,
};

/** A body that a test writes, with little room in between. */
function open(options: Partial<typeof OPTIONS> = {}) {
  const stream = new PassThrough({ highWaterMark: 2 });
  const body = readBody(stream as unknown as HttpRequest, { ...OPTIONS, ...options });
  return { stream, body };
}

const text = (pieces: readonly Uint8Array[]) => Buffer.concat(pieces).toString();

test('all that came, in order', async () => {
  const { stream, body } = open();
  const all = collect(body);
  for (const word of ['a', 'bc', '', 'def']) stream.write(word);
  stream.end();
  expect(text(await all)).toBe('abcdef');
});

test('no more is read than is asked for', async () => {
  const taken: number[] = [];
  const { stream, body } = open({
    arrived(chunk) {
      taken.push(chunk.length);
      return undefined;
    },
  });
  for (let i = 0; i < 100; i++) stream.write('xy');
  await untilSteady(() => taken.length, 20);
  expect(taken).toEqual([]);
  await body.next();
  expect(await untilSteady(() => taken.length, 20)).toBeLessThan(5);
  await body.next();
  await body.return();
  expect(stream.destroyed).toBe(false);
});

test('however many pieces a chunk holds, others get their turn between them', async () => {
  const pieces = Array.from({ length: 20 * PIECES_PER_TURN }, () => new Uint8Array(5));
  const { stream, body } = open({ toPieces: () => pieces });
  stream.end('x');
  let perTurn = 0;
  let most = 0;
  let isOver = false;
  const turns = (async () => {
    for (; !isOver; perTurn = 0) await nextTurn();
  })();
  let taken = 0;
  for await (const piece of body) {
    taken += piece.length;
    most = Math.max(most, ++perTurn);
  }
  isOver = true;
  await turns;
  expect(taken).toBe(5 * pieces.length);
  expect(most).toBeLessThanOrEqual(PIECES_PER_TURN);
});

test('chunks that make no piece are no reason to stop', async () => {
  const held: Uint8Array[] = [];
  const { stream, body } = open({
    toPieces(chunk) {
      held.push(chunk);
      return held.length === 50 ? [Buffer.concat(held)] : [];
    },
  });
  for (let i = 0; i < 50; i++) stream.write('xy');
  expect((await body.next()).value).toHaveLength(100);
});

test('waits for room, and what came meanwhile is not lost', async () => {
  const room = Promise.withResolvers<void>();
  let chunks = 0;
  const { stream, body } = open({
    arrived: () => (++chunks === 2 ? room.promise : undefined),
  });
  const all = collect(body);
  for (const word of ['one ', 'two ', 'three']) stream.write(word);
  stream.end();
  await until(() => chunks === 2);
  expect(await untilSteady(() => chunks, 20)).toBe(2);
  room.resolve();
  expect(text(await all)).toBe('one two three');
});

test('the end comes after the last chunk, also where that waits', async () => {
  const room = Promise.withResolvers<void>();
  const order: string[] = [];
  const { stream, body } = open({
    arrived: () => room.promise,
    toPieces(chunk) {
      order.push('chunk');
      return [chunk];
    },
    atEnd() {
      order.push('end');
      return [Buffer.from('!')];
    },
  });
  const ended = once(stream, 'end');
  const all = collect(body);
  stream.end('a');
  await ended;
  room.resolve();
  expect(text(await all)).toBe('a!');
  expect(order).toEqual(['chunk', 'end']);
});

test('an error comes after what came before it', async () => {
  const refused = new Error('no room');
  let chunks = 0;
  const { stream, body } = open({
    arrived: () => (++chunks === 2 ? Promise.reject(refused) : undefined),
  });
  stream.write('one');
  stream.write('two');
  expect((await body.next()).value?.toString()).toBe('one');
  await expect(body.next()).rejects.toBe(refused);
});

test('what cannot be taken apart ends it', async () => {
  const broken = new Error('broken');
  const { stream, body } = open({
    toPieces() {
      throw broken;
    },
  });
  stream.write('one');
  await expect(body.next()).rejects.toBe(broken);
});

test('a request that is cut off is not one that has ended', async () => {
  const { stream, body } = open();
  const next = body.next();
  stream.destroy();
  await expect(next).rejects.toThrow('cut off');
  const failing = open();
  const fails = failing.body.next();
  failing.stream.destroy(new Error('reset'));
  await expect(fails).rejects.toThrow('reset');
});

test.each([
  ['comes while it waits', false],
  ['came before', true],
])('a signal that %s ends it', async (_, isBefore) => {
  const abort = new AbortController();
  if (isBefore) abort.abort(new Error('over'));
  const { body } = open({ signal: () => abort.signal });
  const next = body.next();
  if (!isBefore) abort.abort(new Error('over'));
  await expect(next).rejects.toThrow('over');
});

test('once it is left nothing more is read, and nobody listens', async () => {
  const { signal } = new AbortController();
  const { stream, body } = open({ signal: () => signal });
  stream.write('one');
  await body.next();
  stream.resume();
  await body.return();
  expect(stream.isPaused()).toBe(true);
  expect(['data', 'end'].map((event) => stream.listeners(event).length)).toEqual(
    ['data', 'end'].map((event) => new PassThrough().listeners(event).length),
  );
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
