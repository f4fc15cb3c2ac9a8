import { createWaiter, type Waiter } from '../../flow/waiter.ts';
import { closing, DetectorError } from '../detector-error.ts';
import { restartDelayMs } from '../restart-delay.ts';
import { type Accept, DecoderDeath, type DecoderOptions, DecoderProcess } from './decoder-process.ts';
import type { PictureOrder } from './decoder-protocol.ts';

export interface DecoderPoolOptions extends DecoderOptions {
  /** How many processes. */
  readonly count: number;
  /** Told each time that one died, or could not be started, and is replaced. */
  readonly onDeath?: (cause: Error) => void;
}

interface Order extends Waiter<DecoderProcess> {
  /** Only a process that was started later will do. */
  readonly after: number;
}

/** Processes that decode pictures. An order waits until one of them is free; orders are taken in order. */
export class DecoderPool {
  readonly #options: DecoderPoolOptions;
  readonly #all = new Set<DecoderProcess>();
  readonly #idle: DecoderProcess[] = [];
  readonly #waiting = new Set<Order>();
  readonly #starting = new Set<Promise<unknown>>();
  #closed = false;

  /** Resolves when every process can take orders. @throws what kept one from starting */
  static async open(options: DecoderPoolOptions): Promise<DecoderPool> {
    const pool = new DecoderPool(options);
    const first = Array.from({ length: options.count }, () => pool.#add());
    try {
      await Promise.all(first);
      return pool;
    } catch (error) {
      await pool.close();
      await Promise.allSettled(first);
      throw error;
    }
  }

  private constructor(options: DecoderPoolOptions) {
    this.#options = options;
  }

  /**
   * An order whose process dies is given to a fresh one, once.
   * @throws {DetectorError} `invalid` when the picture is wrong, ends two processes or puts them to sleep, or takes too
   * long; `unavailable` when somebody else ended both or kept them from computing, or the pool is closing
   * @throws the signal's reason when it aborts while the order waits
   */
  async run<T>(order: PictureOrder, input: Uint8Array, accept: Accept<T>, signal?: AbortSignal): Promise<T> {
    const attempt = async (after: number) => {
      const decoder = await this.#take(after, signal);
      try {
        return await decoder.run(order, input, accept);
      } finally {
        this.#offer(decoder);
      }
    };
    try {
      return await attempt(0).catch((error) => {
        if (!(error instanceof DecoderDeath) || error.ending.cause === 'time') throw error;
        return attempt(performance.now());
      });
    } catch (error) {
      if (!(error instanceof DecoderDeath)) throw error;
      throw this.#closed ? closing() : blame(error, this.#options.timeoutMs);
    }
  }

  /** Ends all processes, whatever they do. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const order of this.#waiting) order.refuse(closing());
    await Promise.all([...this.#all].map((decoder) => decoder.kill()));
    await Promise.all(this.#starting);
  }

  async #add(): Promise<void> {
    const decoder = await DecoderProcess.start(this.#options);
    if (this.#closed) return decoder.kill();
    this.#all.add(decoder);
    decoder.ended.then((ending) => {
      this.#all.delete(decoder);
      if (this.#idle.includes(decoder)) this.#idle.splice(this.#idle.indexOf(decoder), 1);
      if (this.#closed) return;
      if (ending.cause !== 'age') this.#options.onDeath?.(new DecoderDeath(ending));
      this.#refill(0);
    });
    this.#offer(decoder);
  }

  #refill(failures: number): void {
    setTimeout(() => {
      if (this.#closed) return;
      const started = this.#add().catch((error) => {
        if (this.#closed) return;
        this.#options.onDeath?.(error);
        this.#refill(failures + 1);
      });
      this.#starting.add(started);
      started.finally(() => this.#starting.delete(started));
    }, restartDelayMs(failures)).unref();
  }

  #offer(decoder: DecoderProcess): void {
    if (decoder.isOver || this.#closed) return;
    for (const order of this.#waiting) {
      if (order.after > decoder.startedAt) continue;
      order.give(decoder);
      return;
    }
    this.#idle.push(decoder);
  }

  /** A process that was started after a time, as soon as there is one. */
  async #take(after: number, signal: AbortSignal | undefined): Promise<DecoderProcess> {
    signal?.throwIfAborted();
    if (this.#closed) throw closing();
    // The one that worked last has the most in the caches.
    const index = this.#idle.findLastIndex(({ startedAt }) => startedAt >= after);
    const [decoder] = index < 0 ? [] : this.#idle.splice(index, 1);
    if (decoder) return decoder;
    const order: Order = {
      after,
      ...createWaiter<DecoderProcess>(signal, () => this.#waiting.delete(order)),
    };
    this.#waiting.add(order);
    return order.promise;
  }
}

/** Whose fault it is that an order came to nothing. */
function blame(cause: DecoderDeath, timeoutMs: number): DetectorError {
  const { ending } = cause;
  if (ending.cause === 'outside')
    return new DetectorError('unavailable', 'the decoder of this image was killed or stopped; try again', {
      cause,
    });
  const seconds = timeoutMs / 1000;
  const reason =
    ending.cause === 'time'
      ? `its decoder took longer than ${seconds} s`
      : ending.cause === 'sleep'
        ? `two decoders ended over it, the last one after ${seconds} s in which it did nothing`
        : `two decoders ended over it, the last one with ${ending.fate}`;
  return new DetectorError('invalid', `data cannot be decoded: ${reason}`, { cause });
}
