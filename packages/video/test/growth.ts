import type { Growth } from '../src/growing-file.ts';

/** A file of which a test decides how much there is. */
export interface TestGrowth extends Growth {
  growTo(bytes: number): void;
  /** There will never be more. */
  end(reason: Error): void;
  /** How often more was waited for. */
  readonly waits: number;
}

export function growthOf(sizeBytes: number, committed = 0): TestGrowth {
  let more = Promise.withResolvers<void>();
  more.promise.catch(() => {});
  let committedBytes = Math.floor(committed);
  let waits = 0;
  return {
    sizeBytes,
    get committedBytes() {
      return committedBytes;
    },
    get waits() {
      return waits;
    },
    grown() {
      waits++;
      return more.promise;
    },
    growTo(bytes) {
      committedBytes = Math.min(sizeBytes, Math.floor(bytes));
      const { resolve } = more;
      more = Promise.withResolvers();
      resolve();
    },
    end: (reason) => more.reject(reason),
  };
}
