import { EventEmitter } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { type Claim, take } from '../../src/detector/claim.ts';
import type { InferenceJob, InferenceResult } from '../../src/detector/inference-protocol.ts';
import { type Task, WorkerSeat, type WorkerSeatEvents } from '../../src/detector/worker-seat.ts';
import { createWaiter } from '../../src/flow/waiter.ts';

function task(width: number): Task {
  return { job: { width } as InferenceJob, ...createWaiter<InferenceResult>(undefined, () => {}) };
}

/** A seat whose worker is one in name only: it says what the test emits. */
function openSeat(events: Partial<WorkerSeatEvents> = {}) {
  const claims: Claim[] = [];
  const worker = Object.assign(new EventEmitter(), {
    postMessage: ({ claim }: { claim: Claim }) => claims.push(claim),
  });
  const ignored = { onRoom() {}, onReturn() {}, onDeath() {} };
  const seat = new WorkerSeat(() => worker as unknown as Worker, { ...ignored, ...events });
  worker.emit('message', { kind: 'ready' });
  return { seat, worker, claims };
}

test('a worker is given one task ahead, and no more', () => {
  const { seat, worker } = openSeat();
  expect([seat.idle, seat.hasRoomSince]).toEqual([true, 0]);
  seat.give(task(1));
  expect([seat.idle, seat.hasRoomSince]).toEqual([false, expect.any(Number)]);
  seat.give(task(2));
  expect(seat.hasRoomSince).toBeUndefined();
  worker.emit('message', { kind: 'done', result: {} });
  expect([seat.idle, seat.hasRoomSince]).toEqual([false, expect.any(Number)]);
});

test('what a worker that goes away has not begun is returned in its order', () => {
  const returned: (readonly Task[])[] = [];
  const { seat, worker, claims } = openSeat({ onReturn: (tasks) => returned.push(tasks) });
  const [first, second] = [task(1), task(2)];
  seat.give(first);
  seat.give(second);
  worker.emit('message', { kind: 'away' });
  expect(returned).toEqual([[first, second]]);
  expect(claims.map(take)).toEqual([false, false]);
  expect([seat.idle, seat.hasRoomSince]).toEqual([false, undefined]);
  worker.emit('message', { kind: 'ready' });
  expect([seat.idle, seat.hasRoomSince]).toEqual([true, 0]);
});
