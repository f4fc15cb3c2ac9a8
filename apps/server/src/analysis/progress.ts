import { createBell } from '../flow/bell.ts';
import type { UploadReader } from '../uploads/upload.ts';
import type { Progress, Stage } from './analysis.ts';

/** How far an analysis is; kept by who does it, told by `withProgress`. */
export class ProgressState {
  readonly #upload: Pick<UploadReader, 'committedBytes'>;
  /** Rings when the stage is set to another; `withProgress` also rings it for itself. */
  readonly bell = createBell();
  /** How often the stage was set. */
  changes = 0;
  #stage: Stage = 'waiting-for-bytes';
  /** What decodes, once something does. */
  decoder:
    | { readonly decodedFrames: number; readonly decodedMs: number; readonly isStarved: boolean }
    | undefined;

  constructor(upload: Pick<UploadReader, 'committedBytes'>) {
    this.#upload = upload;
  }

  get stage(): Stage {
    return this.#stage;
  }

  set stage(stage: Stage) {
    if (stage === this.#stage) return;
    this.#stage = stage;
    this.changes++;
    this.bell.ring();
  }

  snapshot(): Progress {
    const { decodedFrames = 0, decodedMs = 0, isStarved = false } = this.decoder ?? {};
    const stage = this.#stage === 'analysing' && isStarved ? 'waiting-for-bytes' : this.#stage;
    const { committedBytes } = this.#upload;
    return { kind: 'progress', stage, committedBytes, decodedFrames, timeMs: decodedMs };
  }
}

/** A few times a second. */
const INTERVAL_MS = 300;
/** Where nothing changes, something is said all the same, so that nobody between takes the call for dead. */
const QUIET_INTERVALS = 33;

/**
 * The events as they come, and between them how far the work is: at the beginning, when the stage changes, and now
 * and then. Nothing is told ahead to who does not take it.
 * @param onTick called a few times a second, whether or not anything is told
 */
export async function* withProgress<T>(
  events: AsyncGenerator<T>,
  state: ProgressState,
  onTick: (now: Progress) => void = () => {},
): AsyncGenerator<T | Progress> {
  const { bell } = state;
  let arrived: PromiseSettledResult<IteratorResult<T>> | undefined;
  async function pull(): Promise<void> {
    [arrived] = await Promise.allSettled([events.next()]);
    bell.ring();
  }
  let told = state.snapshot();
  let toldChanges = state.changes;
  let quiet = 0;
  const timer = setInterval(() => {
    quiet++;
    onTick(state.snapshot());
    bell.ring();
  }, INTERVAL_MS);
  const isDue = (now: Progress) =>
    state.changes !== toldChanges ||
    (quiet > 0 &&
      (['stage', 'committedBytes', 'decodedFrames'] as const).some((key) => now[key] !== told[key])) ||
    quiet >= QUIET_INTERVALS;
  try {
    void pull();
    yield told;
    for (;;) {
      if (arrived?.status === 'rejected') throw arrived.reason;
      if (arrived?.value.done) return;
      const now = state.snapshot();
      if (isDue(now)) {
        quiet = 0;
        told = now;
        toldChanges = state.changes;
        yield told;
      } else if (arrived) {
        const { value } = arrived.value;
        arrived = undefined;
        void pull();
        yield value;
      } else {
        await bell.rung();
      }
    }
  } finally {
    clearInterval(timer);
  }
}
