import type { Arrival, Backlog } from './backlog.ts';
import { createBell } from './bell.ts';
import { orAbort } from './or-abort.ts';

export interface PipelineOptions<I, O> {
  /** Works on one item; `signal` aborts when nobody waits for the result any more. */
  readonly work: (item: I, signal: AbortSignal) => Promise<O>;
  /** How many items may be read whose result is not yet taken: the bound on memory. */
  readonly lookAhead: number;
  /** Where items wait while they are worked on, among those of others: the next one is read when it should come there. */
  readonly backlog?: Backlog;
  /** Ends everything at once, with its reason. */
  readonly signal: AbortSignal;
  /** Ends the reading; what was read is answered, then the reason is thrown. */
  readonly stop: AbortSignal;
}

/**
 * Works on the items of `source` side by side and yields the results in order, each as soon as it is ready.
 * Reading goes on while the work runs, and stops while `lookAhead` items are under way: then the source has to wait.
 * A source that fails does so in its place, after the results of what came before.
 */
export async function* orderedPipeline<I, O>(
  source: AsyncIterable<I>,
  { work, lookAhead, backlog, signal, stop }: PipelineOptions<I, O>,
): AsyncGenerator<O, void, void> {
  const results: Promise<O>[] = [];
  const left = new AbortController();
  const nobodyWaits = AbortSignal.any([signal, left.signal]);
  const noMoreReading = AbortSignal.any([nobodyWaits, stop]);
  const room = createBell();
  const change = createBell();
  let end: { readonly thrown?: unknown } | undefined;

  async function read(): Promise<void> {
    const items = source[Symbol.asyncIterator]();
    let arrival: Arrival | undefined;
    try {
      for (;;) {
        while (results.length >= lookAhead) await orAbort(room.rung(), noMoreReading);
        arrival = backlog?.announce();
        if (arrival?.turn) await orAbort(arrival.turn, noMoreReading);
        const item = await orAbort(items.next(), noMoreReading);
        if (item.done) break;
        const result = work(item.value, nobodyWaits);
        // Whoever takes the result sees its error; if nobody does, it is no news.
        result.catch(() => {});
        arrival?.end();
        results.push(result);
        change.ring();
      }
      end = {};
    } catch (thrown) {
      end = { thrown };
    } finally {
      arrival?.end();
      change.ring();
    }
  }

  void read();
  try {
    for (;;) {
      const [next] = results;
      if (next) {
        yield await orAbort(next, signal);
        results.shift();
        room.ring();
      } else if (!end) {
        await orAbort(change.rung(), signal);
      } else if ('thrown' in end) {
        throw end.thrown;
      } else {
        return;
      }
    }
  } finally {
    left.abort();
  }
}
