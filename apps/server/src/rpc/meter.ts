import { setTimeout as sleep } from 'node:timers/promises';
import { Code, ConnectError } from '@connectrpc/connect';
import type { Caller } from '../access/caller.ts';
import type { ByteAccount } from '../access/quota.ts';

/** Counts what one call uses of its caller's quotas and of the server's. */
export interface Meter {
  /**
   * Bytes of the request have arrived. If there is no room for them it is said when there is: no more should be read
   * until then. Rejects where the call is refused instead.
   */
  arrived(size: number): Promise<void> | undefined;
  /**
   * Memory is taken for bytes of the request that have yet to come: whether there is room for them, of which only half is
   * given away so. If so they are no longer counted when they arrive.
   */
  reserve(size: number): boolean;
  /** Bytes have come out of a compressed message; as `arrived`, and rejects once the call is over. */
  inflated(size: number): Promise<void> | undefined;
  /** A message of a stream was read: resolves when the rate allows it. */
  messageRead(signal: AbortSignal): Promise<void>;
  /** The oldest message that was read is answered. */
  answered(): void;
  /** The call is over. */
  end(): void;
}

/**
 * A stream that has messages to be answered waits for room: that slows its client down. Everything else is refused:
 * waiting, it would hold what it has and never get more.
 *
 * @param server the account of all calls
 */
export function createMeter({ name, rate, bytes }: Caller, server: ByteAccount): Meter {
  const accounts = bytes ? [bytes, server] : [server];
  /** Bytes of the messages that were read and not answered, oldest first. */
  const unanswered: number[] = [];
  /** Bytes that are not yet a message. */
  let arriving = 0;
  /** Of these, what has yet to come. */
  let reserved = 0;
  let over = false;

  function give(size: number): void {
    for (const account of accounts) account.give(size);
  }

  /** The account that has no room for so many bytes; `undefined` when they are taken. */
  function take(size: number): ByteAccount | undefined {
    if (over) return undefined;
    if (bytes?.take(size) === false) return bytes;
    if (!server.take(size)) {
      bytes?.give(size);
      return server;
    }
    arriving += size;
    return undefined;
  }

  async function wait(size: number, full: ByteAccount): Promise<void> {
    for (let account: ByteAccount | undefined = full; account; account = take(size)) {
      if (unanswered.length === 0) throw tooManyBytes(account === bytes ? name : undefined, account);
      await account.given();
      if (over) throw isOver();
    }
  }

  function takeOrWait(size: number): Promise<void> | undefined {
    const full = take(size);
    return full && wait(size, full);
  }

  return {
    arrived(size) {
      const known = Math.min(size, reserved);
      reserved -= known;
      return takeOrWait(size - known);
    },
    reserve(size) {
      const isFree = accounts.every(({ used, limit }) => 2 * (used + size) <= limit) && !take(size);
      if (isFree) reserved += size;
      return isFree;
    },
    inflated: (size) => (over ? Promise.reject(isOver()) : takeOrWait(size)),
    async messageRead(signal) {
      unanswered.push(arriving);
      arriving = 0;
      for (let waitMs = rate?.take(); waitMs; waitMs = rate?.take()) {
        await sleep(waitMs, undefined, { signal });
      }
    },
    answered: () => give(unanswered.shift() ?? 0),
    end() {
      over = true;
      give(unanswered.splice(0).reduce((sum, size) => sum + size, arriving));
      arriving = 0;
    },
  };
}

function isOver(): ConnectError {
  return new ConnectError('the call is over', Code.Canceled);
}

function tooManyBytes(caller: string | undefined, { limit }: ByteAccount): ConnectError {
  const whose =
    caller === undefined
      ? `all calls together have MAX_BYTES_IN_FLIGHT, ${limit} bytes, in flight`
      : `the calls of ${caller} have ${limit} bytes in flight, its quota`;
  return new ConnectError(`${whose}; try again when some are answered`, Code.ResourceExhausted);
}

/** @throws {ConnectError} when the caller's requests come faster than its quota allows */
export function takeRequest({ name, rate }: Caller): void {
  const waitMs = rate?.take();
  if (!waitMs) return;
  const message = `${name} has used its quota of requests; try again in ${waitMs} ms`;
  throw new ConnectError(message, Code.ResourceExhausted);
}
