import type { Admission } from './detector.ts';
import { DetectorError } from './detector-error.ts';

/** Lets a bounded number of images in at a time; the others wait their turn, first come, first served. */
export interface Gate {
  /** Whether the next one will have to wait. */
  readonly full: boolean;
  /**
   * Resolves once there is room, with the function that gives the room back.
   * @param admission default `bounded`
   * @throws {DetectorError} `overloaded` when too many wait already and `admission` is `bounded`
   * @throws the signal's reason when it aborts first
   */
  enter(signal?: AbortSignal, admission?: Admission): Promise<() => void>;
}

/**
 * @param capacity how many may be inside
 * @param maxWaiting how many may wait outside
 * @param what they are, for the message
 */
export function createGate(capacity: number, maxWaiting: number, what = 'images'): Gate {
  let inside = 0;
  const waiting = new Set<() => void>();

  function leaveOnce(): () => void {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      inside--;
      const [next] = waiting;
      next?.();
    };
  }

  async function enter(signal?: AbortSignal, admission: Admission = 'bounded'): Promise<() => void> {
    signal?.throwIfAborted();
    if (inside < capacity) {
      inside++;
      return leaveOnce();
    }
    if (admission === 'bounded' && waiting.size >= maxWaiting) {
      throw new DetectorError(
        'overloaded',
        `${waiting.size} ${what} wait already, MAX_QUEUE allows ${maxWaiting}; try again later`,
      );
    }
    return new Promise((resolve, reject) => {
      const abort = () => {
        waiting.delete(admit);
        reject(signal?.reason);
      };
      const admit = () => {
        waiting.delete(admit);
        signal?.removeEventListener('abort', abort);
        inside++;
        resolve(leaveOnce());
      };
      waiting.add(admit);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  return {
    enter,
    get full() {
      return inside >= capacity;
    },
  };
}
