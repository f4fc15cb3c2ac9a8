import { setTimeout as sleep } from 'node:timers/promises';
import { Code, ConnectError } from '@connectrpc/connect';
import type { Caller } from '../access/caller.ts';
import type { ByteAccount } from '../access/quota.ts';

/**
 * Counts what one call uses of its caller's quotas and of the server's. A stream that has messages to be answered waits
 * for room: that slows its client down. Everything else is refused: waiting, it would hold what it has and never get more.
 */
export class Meter {
  readonly #caller: Caller;
  readonly #server: ByteAccount;
  /** Bytes of the messages that were read and not answered, oldest first. */
  readonly #unanswered: number[] = [];
  /** Bytes that are not yet a message. */
  #arriving = 0;
  /** Of these, what has yet to come. */
  #reserved = 0;
  #over = false;

  /** @param server the account of all calls */
  constructor(caller: Caller, server: ByteAccount) {
    this.#caller = caller;
    this.#server = server;
  }

  /**
   * Bytes of the request have arrived. If there is no room for them it is said when there is: no more should be read
   * until then. Rejects where the call is refused instead.
   */
  arrived(size: number): Promise<void> | undefined {
    const known = Math.min(size, this.#reserved);
    this.#reserved -= known;
    return this.#takeOrWait(size - known);
  }

  /**
   * Memory is taken for bytes of the request that have yet to come: whether there is room for them, of which only half is
   * given away so. If so they are no longer counted when they arrive.
   */
  reserve(size: number): boolean {
    const hasHalf = ({ used, limit }: ByteAccount) => 2 * (used + size) <= limit;
    const { bytes } = this.#caller;
    if ((bytes && !hasHalf(bytes)) || !hasHalf(this.#server) || this.#take(size)) return false;
    this.#reserved += size;
    return true;
  }

  /** Bytes have come out of a compressed message; as `arrived`, and rejects once the call is over. */
  inflated(size: number): Promise<void> | undefined {
    return this.#over ? Promise.reject(isOver()) : this.#takeOrWait(size);
  }

  /** A message of a stream was read: resolves when the rate allows it. */
  async messageRead(signal: AbortSignal): Promise<void> {
    const { rate } = this.#caller;
    this.#unanswered.push(this.#arriving);
    this.#arriving = 0;
    for (let waitMs = rate?.take(); waitMs; waitMs = rate?.take()) {
      await sleep(waitMs, undefined, { signal });
    }
  }

  /** The oldest message that was read is answered. */
  answered(): void {
    this.#give(this.#unanswered.shift() ?? 0);
  }

  /** The call is over. */
  end(): void {
    this.#over = true;
    this.#give(this.#unanswered.splice(0).reduce((sum, size) => sum + size, this.#arriving));
    this.#arriving = 0;
  }

  #give(size: number): void {
    this.#caller.bytes?.give(size);
    this.#server.give(size);
  }

  /** The account that has no room for so many bytes; `undefined` when they are taken. */
  #take(size: number): ByteAccount | undefined {
    const { bytes } = this.#caller;
    if (this.#over) return undefined;
    if (bytes?.take(size) === false) return bytes;
    if (!this.#server.take(size)) {
      bytes?.give(size);
      return this.#server;
    }
    this.#arriving += size;
    return undefined;
  }

  async #wait(size: number, full: ByteAccount): Promise<void> {
    for (let account: ByteAccount | undefined = full; account; account = this.#take(size)) {
      const whose = account === this.#server ? undefined : this.#caller.name;
      if (this.#unanswered.length === 0) throw tooManyBytes(whose, account);
      await account.given();
      if (this.#over) throw isOver();
    }
  }

  #takeOrWait(size: number): Promise<void> | undefined {
    const full = this.#take(size);
    return full && this.#wait(size, full);
  }
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
