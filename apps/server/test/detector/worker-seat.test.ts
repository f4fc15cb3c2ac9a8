import { EventEmitter } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { type Claim, take } from '../../src/detector/claim.ts';
import type { InferenceJob, InferenceResult } from '../../src/detector/inference-protocol.ts';
import { type Task, WorkerSeat } from '../../src/detector/worker-seat.ts';
import { createWaiter } from '../../src/flow/waiter.ts';

function task(width: number): Task {
  return { job: { width } as InferenceJob, ...createWaiter<InferenceResult>(undefined, () => {}) };
}

test('what a worker that goes away has not begun is returned in its order', () => {
  const claims: Claim[] = [];
  const worker = Object.assign(new EventEmitter(), {
    postMessage: ({ claim }: { claim: Claim }) => claims.push(claim),
  });
  const returned: (readonly Task[])[] = [];
  const seat = new WorkerSeat(() => worker as unknown as Worker, {
    onRoom() {},
    onReturn: (tasks) => returned.push(tasks),
    onDeath() {},
  });
  worker.emit('message', { kind: 'ready' });
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
