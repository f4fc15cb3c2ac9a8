/** A promise, and who settles it. */
export interface Waiter<T> {
  readonly promise: Promise<T>;
  give(value: T): void;
  refuse(reason: unknown): void;
}

/**
 * Waits until something is given or refused, or the signal aborts, with its reason; nothing stays attached to the signal.
 * @param onEnd called when one of these happens, and again if another follows, which changes nothing any more
 */
export function createWaiter<T>(signal: AbortSignal | undefined, onEnd: () => void): Waiter<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const end = () => {
    signal?.removeEventListener('abort', abort);
    onEnd();
  };
  const refuse = (reason: unknown) => {
    end();
    reject(reason);
  };
  const abort = () => refuse(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  return {
    promise,
    refuse,
    give(value) {
      end();
      resolve(value);
    },
  };
}
