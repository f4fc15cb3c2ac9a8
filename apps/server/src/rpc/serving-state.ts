import type { Detector } from '../detector/detector.ts';
import { DetectorError } from '../detector/detector-error.ts';
import { createBell } from '../flow/bell.ts';

/** Whether the server can answer, and with what: the detector comes late, and leaves when the server drains. */
export interface ServingState {
  /** @throws {DetectorError} `unavailable` while there is none */
  detector(): Detector;
  /** True from the moment the detector is warm until the server drains, as long as its workers live. */
  readonly serving: boolean;
  /** Aborts when the server begins to drain: nothing new is taken on, what was taken on is finished. */
  readonly draining: AbortSignal;
  /** For people: what is special about the model that answers; empty most of the time. */
  readonly notice: string;
  serve(detector: Detector, notice?: string): void;
  drain(): void;
  /** Resolves the next time that `serving` or `draining` may have changed. */
  changed(): Promise<void>;
}

/** How often the detector is asked whether its workers live: it does not say so by itself. */
const POLL_INTERVAL_MS = 1000;

export function createServingState(): ServingState {
  const draining = new AbortController();
  const change = createBell();
  let current: Detector | undefined;
  let notice = '';
  const poll = setInterval(change.ring, POLL_INTERVAL_MS).unref();

  return {
    detector() {
      if (draining.signal.aborted) throw new DetectorError('unavailable', 'the server is shutting down');
      if (!current) throw new DetectorError('unavailable', 'the model is still being loaded; try again soon');
      return current;
    },
    get serving() {
      return !draining.signal.aborted && current?.ready === true;
    },
    draining: draining.signal,
    get notice() {
      return notice;
    },
    serve(detector, about = '') {
      current = detector;
      notice = about;
      change.ring();
    },
    drain() {
      clearInterval(poll);
      draining.abort();
      change.ring();
    },
    changed: change.rung,
  };
}
