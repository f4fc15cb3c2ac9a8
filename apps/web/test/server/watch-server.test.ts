import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { delayUntilNextCheckMs, type ServerStatus } from '../../src/server/server-status.ts';
import { createServerWatch } from '../../src/server/watch-server.ts';

const READY: ServerStatus = { phase: 'ready', model: { name: 'm', classes: [], notice: '' } };
const gone = (failures: number): ServerStatus => ({ phase: 'unreachable', failures, offline: false });

describe('delayUntilNextCheckMs', () => {
  it('looks often while the model loads and seldom while all is well', () => {
    expect(delayUntilNextCheckMs({ phase: 'loading' }, 0.5)).toBe(1_000);
    expect(delayUntilNextCheckMs(READY, 0.5)).toBe(10_000);
  });

  it('backs off while there is no answer, up to a limit', () => {
    const delays = [1, 2, 3, 4, 5, 6, 60].map((failures) => delayUntilNextCheckMs(gone(failures), 0.5));
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
    expect(delayUntilNextCheckMs(gone(1), 0)).toBe(800);
    expect(delayUntilNextCheckMs(gone(1), 1)).toBeCloseTo(1_200);
  });
});

describe('createServerWatch', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function setUp(...answers: ServerStatus[]) {
    let present = true;
    let changed = () => {};
    const asked: ServerStatus[] = [];
    const check = async (previous: ServerStatus) => {
      asked.push(previous);
      return answers[asked.length - 1] ?? READY;
    };
    const watch = createServerWatch(check, {
      isPresent: () => present,
      onChange(callback) {
        changed = callback;
        return () => {
          changed = () => {};
        };
      },
    });
    const attend = (now: boolean) => {
      present = now;
      changed();
    };
    return { watch, asked, attend };
  }

  it('looks at once, then again, each time knowing what it knew', async () => {
    const { watch, asked } = setUp(gone(1), READY);
    const seen: string[] = [];
    watch.subscribe(() => seen.push(watch.getView().status.phase));
    await vi.advanceTimersByTimeAsync(0);
    expect(watch.getView()).toEqual({ status: gone(1), checking: false });
    await vi.advanceTimersByTimeAsync(1_300);
    expect(watch.getView().status).toEqual(READY);
    expect(asked).toEqual([{ phase: 'connecting' }, gone(1)]);
    expect(seen).toEqual(['connecting', 'unreachable', 'unreachable', 'ready']);
  });

  it('rests while nobody looks and wakes when somebody does', async () => {
    const { watch, asked, attend } = setUp();
    watch.subscribe(() => {});
    await vi.advanceTimersByTimeAsync(0);
    attend(false);
    await vi.advanceTimersByTimeAsync(100_000);
    expect(asked).toHaveLength(1);
    attend(true);
    expect(asked).toHaveLength(2);
  });

  it('looks when it is told to, and then goes on from there', async () => {
    const { watch, asked } = setUp();
    watch.subscribe(() => {});
    await vi.advanceTimersByTimeAsync(9_000);
    watch.checkNow();
    await vi.advanceTimersByTimeAsync(9_000);
    expect(asked).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked).toHaveLength(3);
  });

  it('stops with its last listener', async () => {
    const { watch, asked, attend } = setUp();
    const stop = watch.subscribe(() => {});
    await vi.advanceTimersByTimeAsync(0);
    stop();
    attend(true);
    await vi.advanceTimersByTimeAsync(100_000);
    expect(asked).toHaveLength(1);
  });
});
