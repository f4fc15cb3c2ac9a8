import { closing, DetectorError } from '../detector-error.ts';
import { restartDelayMs } from '../restart-delay.ts';
import { type Accept, DecoderDeath, type DecoderOptions, DecoderProcess } from './decoder-process.ts';
import type { PictureOrder } from './decoder-protocol.ts';

/** Processes that decode pictures. An order waits until one of them is free; orders are taken in order. */
export interface DecoderPool {
  /**
   * An order whose process dies is given to a fresh one, once.
   * @throws {DetectorError} `invalid` when the picture is wrong, ends two processes or puts them to sleep, or takes too long; `unavailable`
   * when somebody else ended both or kept them from computing, or the pool is closing
   * @throws the signal's reason when it aborts while the order waits
   */
  run<T>(order: PictureOrder, input: Uint8Array, accept: Accept<T>, signal?: AbortSignal): Promise<T>;
  /** Ends all processes, whatever they do. */
  close(): Promise<void>;
}

export interface DecoderPoolOptions extends DecoderOptions {
  /** How many processes. */
  readonly count: number;
  /** Told each time that one died, or could not be started, and is replaced. */
  readonly onDeath?: (cause: Error) => void;
}

interface Waiter {
  /** Only a process that was started later will do. */
  readonly after: number;
  give(decoder: DecoderProcess): void;
  refuse(reason: unknown): void;
}

/** Resolves when every process can take orders. @throws what kept one from starting */
export async function createDecoderPool(options: DecoderPoolOptions): Promise<DecoderPool> {
  const { count, timeoutMs, onDeath = () => {} } = options;
  const all = new Set<DecoderProcess>();
  const idle: DecoderProcess[] = [];
  const waiting = new Set<Waiter>();
  const starting = new Set<Promise<unknown>>();
  let closed = false;

  async function add(): Promise<void> {
    const decoder = await DecoderProcess.start(options);
    if (closed) return decoder.kill();
    all.add(decoder);
    decoder.ended.then((ending) => {
      all.delete(decoder);
      if (idle.includes(decoder)) idle.splice(idle.indexOf(decoder), 1);
      if (closed) return;
      if (ending.cause !== 'age') onDeath(new DecoderDeath(ending));
      refill(0);
    });
    offer(decoder);
  }

  function refill(failures: number): void {
    setTimeout(() => {
      if (closed) return;
      const started = add().catch((error) => {
        if (closed) return;
        onDeath(error);
        refill(failures + 1);
      });
      starting.add(started);
      started.finally(() => starting.delete(started));
    }, restartDelayMs(failures)).unref();
  }

  function offer(decoder: DecoderProcess): void {
    if (decoder.isOver || closed) return;
    for (const waiter of waiting) {
      if (waiter.after > decoder.startedAt) continue;
      waiter.give(decoder);
      return;
    }
    idle.push(decoder);
  }

  /** A process that was started after a time, as soon as there is one. */
  async function take(after: number, signal: AbortSignal | undefined): Promise<DecoderProcess> {
    signal?.throwIfAborted();
    if (closed) throw closing();
    // The one that worked last has the most in the caches.
    const index = idle.findLastIndex(({ startedAt }) => startedAt >= after);
    const [decoder] = index < 0 ? [] : idle.splice(index, 1);
    if (decoder) return decoder;
    const { promise, resolve, reject } = Promise.withResolvers<DecoderProcess>();
    const abort = () => waiter.refuse(signal?.reason);
    const settled = () => {
      waiting.delete(waiter);
      signal?.removeEventListener('abort', abort);
    };
    const waiter: Waiter = {
      after,
      give(given) {
        settled();
        resolve(given);
      },
      refuse(reason) {
        settled();
        reject(reason);
      },
    };
    waiting.add(waiter);
    signal?.addEventListener('abort', abort, { once: true });
    return promise;
  }

  async function close(): Promise<void> {
    closed = true;
    for (const waiter of waiting) waiter.refuse(closing());
    await Promise.all([...all].map((decoder) => decoder.kill()));
    await Promise.all(starting);
  }

  const first = Array.from({ length: count }, add);
  await Promise.all(first).catch(async (error) => {
    await close();
    await Promise.allSettled(first);
    throw error;
  });

  return {
    async run(order, input, accept, signal) {
      const attempt = async (after: number) => {
        const decoder = await take(after, signal);
        try {
          return await decoder.run(order, input, accept);
        } finally {
          offer(decoder);
        }
      };
      try {
        return await attempt(0).catch((error) => {
          if (!(error instanceof DecoderDeath) || error.ending.cause === 'time') throw error;
          return attempt(performance.now());
        });
      } catch (error) {
        if (!(error instanceof DecoderDeath)) throw error;
        throw closed ? closing() : blame(error, timeoutMs);
      }
    },
    close,
  };
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
