import { createBell } from '../flow/bell.ts';

/** What one caller may use; what is absent has no limit. */
export interface QuotaLimits {
  /** Requests a second, on average; as many may come at once. Each message of a stream counts. */
  readonly requests?: number;
  /** Bytes of requests that are read and not answered. */
  readonly bytes?: number;
  /** Uploads that are kept at once. */
  readonly uploads?: number;
  /** Bytes of these together, as announced. */
  readonly stored?: number;
}

/** A token bucket: fills with time, holds as much as comes in a second, at least one. */
export interface Rate {
  /** Takes one request if there is one to take: 0; otherwise the milliseconds until there is. */
  take(): number;
}

/** @param perSecond more than 0 @param nowMs a clock that never goes back */
export function createRate(perSecond: number, nowMs = () => performance.now()): Rate {
  const capacity = Math.max(1, perSecond);
  let level = capacity;
  let filledAt = nowMs();
  return {
    take() {
      const now = nowMs();
      level = Math.min(capacity, level + ((now - filledAt) * perSecond) / 1000);
      filledAt = now;
      if (level < 1) return Math.ceil(((1 - level) * 1000) / perSecond);
      level -= 1;
      return 0;
    },
  };
}

/** Bytes that are in use, of a limited number. */
export interface ByteAccount {
  readonly limit: number;
  readonly used: number;
  /** Whether they were free and are taken now. */
  take(bytes: number): boolean;
  give(bytes: number): void;
  /** Resolves the next time that some are given back. */
  given(): Promise<void>;
}

/** @param limit how many bytes there are */
export function createByteAccount(limit: number): ByteAccount {
  let used = 0;
  const given = createBell();
  return {
    limit,
    get used() {
      return used;
    },
    take(bytes) {
      if (used + bytes > limit) return false;
      used += bytes;
      return true;
    },
    give(bytes) {
      used -= bytes;
      given.ring();
    },
    given: () => given.rung(),
  };
}
