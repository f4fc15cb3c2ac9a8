import { expect, test } from 'vitest';
import { Gate } from '../../src/detector/gate.ts';

/** Whether a promise has settled by now. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol();
  return (await Promise.race([promise.catch(() => {}), Promise.resolve(pending)])) !== pending;
}

test('lets in as many as there is room for, then one for each that leaves, in order', async () => {
  const gate = new Gate({ capacity: 2, maxWaiting: 10, maxWaitingBytes: 1000 });
  const leaveFirst = await gate.enter({ bytes: 1 });
  await gate.enter({ bytes: 1 });
  const third = gate.enter({ bytes: 1 });
  const fourth = gate.enter({ bytes: 1 });
  expect(await settled(third)).toBe(false);
  leaveFirst();
  const leaveThird = await third;
  expect(await settled(fourth)).toBe(false);
  leaveThird();
  await fourth;
});

test('leaving twice gives room once', async () => {
  const gate = new Gate({ capacity: 1, maxWaiting: 10, maxWaitingBytes: 1000 });
  const leave = await gate.enter({ bytes: 1 });
  const second = gate.enter({ bytes: 1 });
  const third = gate.enter({ bytes: 1 });
  leave();
  leave();
  await second;
  expect(await settled(third)).toBe(false);
});

test('refuses when too many wait already, naming the setting', async () => {
  const gate = new Gate({ capacity: 1, maxWaiting: 1, maxWaitingBytes: 1000 });
  await gate.enter({ bytes: 1 });
  const waiting = gate.enter({ bytes: 1 });
  await expect(gate.enter({ bytes: 1 })).rejects.toMatchObject({
    kind: 'overloaded',
    message: expect.stringContaining('MAX_QUEUE allows 1'),
  });
  expect(await settled(waiting)).toBe(false);
});

test('the patient wait even then, in order', async () => {
  const gate = new Gate({ capacity: 1, maxWaiting: 0, maxWaitingBytes: 1000 });
  const leave = await gate.enter({ bytes: 1 });
  const patient = gate.enter({ bytes: 1, admission: 'patient' });
  await expect(gate.enter({ bytes: 1 })).rejects.toMatchObject({ kind: 'overloaded' });
  leave();
  await patient;
});

test('an abort gives the place in the queue up', async () => {
  const gate = new Gate({ capacity: 1, maxWaiting: 1, maxWaitingBytes: 1000 });
  const leave = await gate.enter({ bytes: 1 });
  const abort = new AbortController();
  const impatient = gate.enter({ bytes: 1, signal: abort.signal });
  abort.abort(new Error('gone'));
  await expect(impatient).rejects.toThrow('gone');
  const patient = gate.enter({ bytes: 1 });
  leave();
  await patient;
});

test('an aborted signal does not get in', async () => {
  await expect(
    new Gate({ capacity: 1, maxWaiting: 1, maxWaitingBytes: 1000 }).enter({
      bytes: 1,
      signal: AbortSignal.abort(new Error('gone')),
    }),
  ).rejects.toThrow('gone');
});

/** Lets images of several callers wait behind a full gate, and says in which order they get in. */
async function orderOf(arrivals: readonly string[]): Promise<string> {
  const gate = new Gate({ capacity: 1, maxWaiting: 0, maxWaitingBytes: 1000 });
  const signals = new Map(arrivals.map((caller) => [caller, new AbortController().signal]));
  const leave = await gate.enter({ bytes: 1 });
  let order = '';
  const all = arrivals.map(async (caller) => {
    const go = await gate.enter({ bytes: 1, signal: signals.get(caller), admission: 'patient' });
    order += caller;
    go();
  });
  leave();
  await Promise.all(all);
  return order;
}

test.each([
  ['one alone: in order', 'aaa', 'aaa'],
  ['a greedy one and a modest one: in turn', 'aaaab', 'abaaa'],
  ['three: round after round', 'aaabbbcc', 'abcabcab'],
])('callers take turns: %s', async (_, arrivals, order) => {
  expect(await orderOf([...arrivals])).toBe(order);
});

test('a caller who makes many calls has the turns of one', async () => {
  const gate = new Gate({ capacity: 1, maxWaiting: 10, maxWaitingBytes: 1000 });
  const leave = await gate.enter();
  let order = '';
  const calls = ['greedy', 'greedy', 'greedy', 'modest'].map(async (caller) => {
    const go = await gate.enter({ caller, signal: new AbortController().signal });
    order += caller[0];
    go();
  });
  leave();
  await Promise.all(calls);
  expect(order).toBe('gmgg');
});

test('of 64 callers none is a whole turn behind another', async () => {
  const callers = Array.from({ length: 64 }, (_, i) => String.fromCodePoint(0x4e00 + i));
  const order = await orderOf(callers.flatMap((caller) => Array(6).fill(caller)));
  for (let round = 0; round < 6; round++) {
    expect(new Set(order.slice(round * 64, (round + 1) * 64)).size).toBe(64);
  }
});

test('refuses when too many bytes wait, with the time after which to try again', async () => {
  const gate = new Gate({ capacity: 1, maxWaiting: 10, maxWaitingBytes: 1000 });
  await gate.enter({ bytes: 900 });
  const large = gate.enter({ bytes: 5000 });
  expect(await settled(large)).toBe(false);
  await expect(gate.enter({ bytes: 1 })).rejects.toMatchObject({
    kind: 'overloaded',
    message: expect.stringContaining('MAX_QUEUE_BYTES allows 1000'),
    retryAfterMs: expect.any(Number),
  });
});

test.each([
  [1, 300],
  [2, 150],
])(
  'before any stay has ended, 100 ms are guessed for each that waits: %i inside',
  async (capacity, retryAfterMs) => {
    const gate = new Gate({ capacity, maxWaiting: 0 });
    for (let inside = 0; inside < capacity; inside++) await gate.enter();
    for (let waiting = 0; waiting < 2; waiting++) void gate.enter({ admission: 'patient' });
    await expect(gate.enter()).rejects.toMatchObject({ kind: 'overloaded', retryAfterMs });
  },
);

test('so many images of the patient are asked for as are enough: four times those inside', async () => {
  const gate = new Gate({ capacity: 2, maxWaiting: 2 });
  const leaves = await Promise.all([gate.enter(), gate.enter()]);
  // The others are no reason to hold these back: they would never come.
  const bounded = [gate.enter({ bytes: 1 }), gate.enter({ bytes: 1 })];
  const patient = () => gate.enter({ bytes: 1, admission: 'patient' });
  const waiting = Array.from({ length: 7 }, patient);
  const last = gate.backlog.announce();
  expect(last.turn).toBeUndefined();
  const held = gate.backlog.announce();
  waiting.push(patient());
  last.end();
  expect(await settled(held.turn as Promise<void>)).toBe(false);
  for (const leave of leaves) leave();
  await Promise.all(bounded);
  expect(await settled(held.turn as Promise<void>)).toBe(false);
  (await bounded[0])?.();
  await waiting[0];
  await held.turn;
});

test('nothing more of the patient is asked for while as many of their bytes wait as may', async () => {
  const gate = new Gate({ capacity: 1, maxWaiting: 0, maxWaitingBytes: 1000 });
  const leave = await gate.enter({ bytes: 5000 });
  const abort = new AbortController();
  const waiting = [
    gate.enter({ bytes: 999, admission: 'patient' }),
    gate.enter({ bytes: 1, admission: 'patient', signal: abort.signal }),
  ];
  const held = [gate.backlog.announce(), gate.backlog.announce()];
  expect(await settled(held[0]?.turn as Promise<void>)).toBe(false);
  abort.abort(new Error('gone'));
  await expect(waiting[1]).rejects.toThrow('gone');
  await held[0]?.turn;
  await held[1]?.turn;
  leave();
  await waiting[0];
});

test('where no bytes may wait, one image of the patient does', async () => {
  const gate = new Gate({ capacity: 1, maxWaiting: 0, maxWaitingBytes: 0 });
  const leave = await gate.enter({ bytes: 5000 });
  expect(gate.backlog.announce().turn).toBeUndefined();
  const waiting = gate.enter({ bytes: 5000, admission: 'patient' });
  const held = gate.backlog.announce();
  expect(await settled(held.turn as Promise<void>)).toBe(false);
  leave();
  await waiting;
  await held.turn;
});

test('what is aborted while it waits holds no bytes any more', async () => {
  const gate = new Gate({ capacity: 1, maxWaiting: 10, maxWaitingBytes: 1000 });
  await gate.enter({ bytes: 1 });
  const abort = new AbortController();
  const gone = gate.enter({ bytes: 1000, signal: abort.signal });
  abort.abort(new Error('gone'));
  await expect(gone).rejects.toThrow('gone');
  const next = gate.enter({ bytes: 1000 });
  expect(await settled(next)).toBe(false);
});

test('knows when one is inside and nothing else is to be done', async () => {
  const gate = new Gate({ capacity: 1, maxWaiting: 10 });
  expect(gate.hasOne).toBe(false);
  const leave = await gate.enter();
  expect(gate.hasOne).toBe(true);
  const second = gate.enter();
  expect(gate.hasOne).toBe(false);
  leave();
  await second;
  expect(gate.hasOne).toBe(true);
});

test('where too much waits, whoever has most loses the latest, until others have as much', async () => {
  const gate = new Gate({ capacity: 1, maxWaiting: 4 });
  const leave = await gate.enter();
  const outcomes: string[] = [];
  const enter = (id: string) =>
    gate.enter({ caller: id[0] }).then(
      (go) => {
        outcomes.push(id);
        go();
      },
      ({ message }) => outcomes.push(`${id}: ${message}`),
    );
  const ends = ['g1', 'g2', 'g3', 'g4', 'g5', 'm1', 'm2', 'm3'].map(enter);
  await new Promise(setImmediate);
  const refusal = '4 images wait already, MAX_QUEUE allows 4; try again later';
  expect(outcomes.toSorted()).toEqual(['g3', 'g4', 'g5', 'm3'].map((id) => `${id}: ${refusal}`));
  leave();
  await Promise.all(ends);
  expect(outcomes.slice(4)).toEqual(['g1', 'm1', 'g2', 'm2']);
});

test('where too many bytes wait, it is whoever has most of these', async () => {
  const gate = new Gate({ capacity: 1, maxWaiting: 10, maxWaitingBytes: 1000 });
  await gate.enter();
  const many = [1, 2, 3, 4].map(() => gate.enter({ caller: 'many', bytes: 1 }));
  const [first, second] = [500, 400].map((bytes) => gate.enter({ caller: 'greedy', bytes }));
  const modest = gate.enter({ caller: 'modest', bytes: 400 });
  await expect(second).rejects.toMatchObject({ kind: 'overloaded' });
  await expect(gate.enter({ caller: 'modest', bytes: 200 })).rejects.toMatchObject({ kind: 'overloaded' });
  for (const waiting of [...many, first, modest])
    expect(await settled(waiting as Promise<unknown>)).toBe(false);
});

test('who is refused since too many wait leaves room for bytes, too', async () => {
  const gate = new Gate({ capacity: 1, maxWaiting: 2, maxWaitingBytes: 1000 });
  await gate.enter();
  const [first, second] = [300, 600].map((bytes) => gate.enter({ caller: 'greedy', bytes }));
  const modest = gate.enter({ caller: 'modest', bytes: 400 });
  await expect(second).rejects.toMatchObject({ message: expect.stringContaining('MAX_QUEUE allows 2') });
  for (const waiting of [first, modest]) expect(await settled(waiting as Promise<unknown>)).toBe(false);
});

test.each([
  ['the only one of another', [900], 200],
  ['what would not be enough', [400, 300, 200], 800],
  ['what would leave another less', [400, 400], 500],
])('one that is too much does not take the place of %s', async (_, waiting, bytes) => {
  const gate = new Gate({ capacity: 1, maxWaiting: 10, maxWaitingBytes: 1000 });
  await gate.enter();
  const others = waiting.map((size) => gate.enter({ bytes: size, caller: 'other' }));
  await expect(gate.enter({ bytes })).rejects.toMatchObject({ kind: 'overloaded' });
  for (const other of others) expect(await settled(other)).toBe(false);
});

test('nor does an empty one where only the patient have too much', async () => {
  const gate = new Gate({ capacity: 1, maxWaiting: 10, maxWaitingBytes: 1000 });
  await gate.enter();
  const others = [1, 2].map(() => gate.enter({ bytes: 300, caller: 'other' }));
  void gate.enter({ bytes: 1100, admission: 'patient' });
  await expect(gate.enter({ bytes: 0 })).rejects.toMatchObject({ kind: 'overloaded' });
  for (const other of others) expect(await settled(other)).toBe(false);
});

test('where those inside stay long, whoever has fewest comes first, and it is known when one should leave', async () => {
  const gate = new Gate({ capacity: 3, fewestFirst: true, maxWaiting: 10 });
  const enter = (caller: string) => gate.enter({ caller });
  const [leave] = await Promise.all([enter('greedy'), enter('greedy'), enter('other')]);
  const [third, second, first] = ['greedy', 'other', 'modest'].map(enter);
  expect(['greedy', 'other', 'modest'].map((caller) => gate.isUneven(caller))).toEqual([true, true, false]);
  leave?.();
  const leaveModest = await first;
  expect(['greedy', 'other', 'modest'].map((caller) => gate.isUneven(caller))).toEqual([false, false, false]);
  expect(await settled(third as Promise<unknown>)).toBe(false);
  leaveModest?.();
  // Of those who have as many, who waited longest.
  const leaveThird = await third;
  expect(['greedy', 'other'].map((caller) => gate.isUneven(caller))).toEqual([true, false]);
  leaveThird?.();
  await second;
});
