import { setTimeout as sleep } from 'node:timers/promises';
import { Code, ConnectError } from '@connectrpc/connect';
import type { Caller } from '../access/caller.ts';
import type { ByteAccount } from '../access/quota.ts';

/** Counts what one call uses of its caller's quotas. */
export interface Meter {
  /** The request's bytes, each counted before it is passed on. */
  body(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
  /** A message of a stream was read: resolves when the rate allows it. */
  messageRead(signal: AbortSignal): Promise<void>;
  /** The oldest message that was read is answered. */
  answered(): void;
  /** The call is over. */
  end(): void;
}

/**
 * A stream that has messages to be answered waits for its quota: that slows its client down. Everything else is
 * refused: waiting, it would hold what it has and never get more.
 */
export function createMeter(caller: Caller): Meter | undefined {
  const { rate, bytes } = caller;
  if (!rate && !bytes) return undefined;
  /** Bytes of the messages that were read and not answered, oldest first. */
  const unanswered: number[] = [];
  /** Bytes that are not yet a message. */
  let arriving = 0;
  let over = false;

  async function take(account: ByteAccount, size: number): Promise<void> {
    while (!account.take(size)) {
      if (over || unanswered.length === 0) throw tooManyBytes(caller, account);
      await account.given();
    }
    if (over) account.give(size);
    else arriving += size;
  }

  return {
    body: (chunks) => (bytes ? counted(chunks, (size) => take(bytes, size)) : chunks),
    async messageRead(signal) {
      unanswered.push(arriving);
      arriving = 0;
      for (let waitMs = rate?.take(); waitMs; waitMs = rate?.take())
        await sleep(waitMs, undefined, { signal });
    },
    answered() {
      bytes?.give(unanswered.shift() ?? 0);
    },
    end() {
      over = true;
      bytes?.give(unanswered.splice(0).reduce((sum, size) => sum + size, arriving));
    },
  };
}

async function* counted(chunks: AsyncIterable<Uint8Array>, take: (size: number) => Promise<void>) {
  for await (const chunk of chunks) {
    await take(chunk.byteLength);
    yield chunk;
  }
}

function tooManyBytes({ name }: Caller, { limit }: ByteAccount): ConnectError {
  const message = `the calls of ${name} have ${limit} bytes in flight, its quota; try again when some are answered`;
  return new ConnectError(message, Code.ResourceExhausted);
}

/** @throws {ConnectError} when the caller's requests come faster than its quota allows */
export function takeRequest({ name, rate }: Caller): void {
  const waitMs = rate?.take();
  if (!waitMs) return;
  const message = `${name} has used its quota of requests; try again in ${waitMs} ms`;
  throw new ConnectError(message, Code.ResourceExhausted);
}
