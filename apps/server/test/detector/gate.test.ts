import { expect, test } from 'vitest';
import { createGate } from '../../src/detector/gate.ts';

/** Whether a promise has settled by now. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol();
  return (await Promise.race([promise.catch(() => {}), Promise.resolve(pending)])) !== pending;
}

test('lets in as many as there is room for, then one for each that leaves, in order', async () => {
  const gate = createGate(2, 10);
  const leaveFirst = await gate.enter();
  await gate.enter();
  const third = gate.enter();
  const fourth = gate.enter();
  expect(await settled(third)).toBe(false);
  leaveFirst();
  const leaveThird = await third;
  expect(await settled(fourth)).toBe(false);
  leaveThird();
  await fourth;
});

test('leaving twice gives room once', async () => {
  const gate = createGate(1, 10);
  const leave = await gate.enter();
  const second = gate.enter();
  const third = gate.enter();
  leave();
  leave();
  await second;
  expect(await settled(third)).toBe(false);
});

test('refuses when too many wait already, naming the setting', async () => {
  const gate = createGate(1, 1);
  await gate.enter();
  const waiting = gate.enter();
  await expect(gate.enter()).rejects.toMatchObject({
    kind: 'overloaded',
    message: expect.stringContaining('MAX_QUEUE allows 1'),
  });
  expect(await settled(waiting)).toBe(false);
});

test('the patient wait even then, in order', async () => {
  const gate = createGate(1, 0);
  const leave = await gate.enter();
  const patient = gate.enter(undefined, 'patient');
  await expect(gate.enter()).rejects.toMatchObject({ kind: 'overloaded' });
  leave();
  await patient;
});

test('an abort gives the place in the queue up', async () => {
  const gate = createGate(1, 1);
  const leave = await gate.enter();
  const abort = new AbortController();
  const impatient = gate.enter(abort.signal);
  abort.abort(new Error('gone'));
  await expect(impatient).rejects.toThrow('gone');
  const patient = gate.enter();
  leave();
  await patient;
});

test('an aborted signal does not get in', async () => {
  await expect(createGate(1, 1).enter(AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
});
