import { describe, expect, it } from 'vitest';
import { createSlots } from '../../src/uploads/slots.ts';

const never = new AbortController().signal;

// Two makers of slots with one lock manager stand for two tabs.
for (const [kind, locks] of [
  ['shared by tabs', navigator.locks],
  ['of one tab', null],
] as const) {
  describe(`slots ${kind}`, () => {
    it('are no more than there are, and given on in order', async () => {
      const slots = createSlots(`order ${kind}`, 2, locks);
      const order: string[] = [];
      const held = [await slots.take(never), await slots.take(never)];
      const later = ['third', 'fourth'].map(async (name) => {
        const slot = await slots.take(never);
        order.push(name);
        return slot;
      });
      await expect.poll(() => held[0]?.isWanted()).toBe(true);
      expect(order).toEqual([]);
      held[1]?.release();
      const third = await later[0];
      expect(order).toEqual(['third']);
      third?.release();
      const fourth = await later[1];
      expect(order).toEqual(['third', 'fourth']);
      if (!locks) expect(await held[0]?.isWanted()).toBe(false);
      for (const slot of [held[0], fourth]) slot?.release();
    });

    it('are not waited for any longer than wanted', async () => {
      const slots = createSlots(`leave ${kind}`, 1, locks);
      const held = await slots.take(never);
      const stop = new AbortController();
      const waiting = slots.take(stop.signal);
      stop.abort(new Error('enough'));
      await expect(waiting).rejects.toThrow('enough');
      await expect(slots.take(AbortSignal.abort(new Error('never mind')))).rejects.toThrow('never mind');
      // Node's lock manager lists a request that was aborted until its turn comes; browsers do not.
      if (!locks) expect(await held.isWanted()).toBe(false);
      held.release();
      (await slots.take(never)).release();
    });
  });
}

/** As browsers have them that are told to keep nothing. */
const refusing = {
  request: () => Promise.reject(new DOMException('Access is denied.', 'SecurityError')),
  query: () => Promise.reject(new DOMException('Access is denied.', 'SecurityError')),
} as unknown as LockManager;

describe('slots where the browser refuses locks', () => {
  it('are those of one tab', async () => {
    const slots = createSlots('refused', 1, refusing);
    const held = await slots.take(never);
    const waiting = slots.take(never);
    await expect.poll(() => held.isWanted()).toBe(true);
    held.release();
    (await waiting).release();
  });

  it('are not taken by who has given up', async () => {
    const slots = createSlots('refused', 1, refusing);
    await expect(slots.take(AbortSignal.abort(new Error('never mind')))).rejects.toThrow('never mind');
    (await slots.take(never)).release();
  });
});

describe('slots shared by tabs', () => {
  it('count together', async () => {
    const [here, there] = [createSlots('together', 1), createSlots('together', 1)];
    const held = await here.take(never);
    const waiting = there.take(never);
    await expect.poll(() => held.isWanted()).toBe(true);
    held.release();
    (await waiting).release();
  });
});
