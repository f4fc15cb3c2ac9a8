import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadPart, loadPersistently, PartError } from '../../src/problems/load-part.ts';

describe('loadPart', () => {
  it('says that a part is missing', async () => {
    await expect(loadPart(() => Promise.reject(new Error('chunk')))).rejects.toThrow(PartError);
    await expect(loadPart(async () => 7)).resolves.toBe(7);
  });
});

describe('loadPersistently', () => {
  const network = new EventTarget();
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('addEventListener', network.addEventListener.bind(network));
    vi.stubGlobal('removeEventListener', network.removeEventListener.bind(network));
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  /** A part that cannot be fetched so many times. */
  function setUp(failures: number) {
    const load = vi.fn(async () => {
      if (load.mock.calls.length <= failures) throw new Error('chunk');
      return 'part';
    });
    const onFailure = vi.fn();
    return { load, onFailure, part: loadPersistently(load, onFailure) };
  }

  it('never fails, and tells of each attempt that does', async () => {
    const { part, load, onFailure } = setUp(2);
    await vi.runAllTimersAsync();
    await expect(part).resolves.toBe('part');
    expect([load.mock.calls.length, onFailure.mock.calls.length]).toEqual([3, 2]);
  });

  it('tries at once when there is a network again', async () => {
    const { part, load } = setUp(1);
    await vi.advanceTimersByTimeAsync(0);
    expect(load).toHaveBeenCalledTimes(1);
    network.dispatchEvent(new Event('online'));
    await expect(part).resolves.toBe('part');
    expect(vi.getTimerCount()).toBe(0);
  });
});
