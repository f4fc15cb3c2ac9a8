import { Code, ConnectError, type HandlerContext } from '@connectrpc/connect';
import type { Backlog } from '../flow/backlog.ts';
import { orderedPipeline } from '../flow/ordered-pipeline.ts';
import { callOf } from './call.ts';
import { createIdleWatch } from './idle-watch.ts';
import { createTurns } from './turns.ts';

export interface AnswerStreamOptions<I, O> {
  /** Answers one request; `signal` aborts when the client is gone. */
  readonly answer: (request: I, signal: AbortSignal) => Promise<O>;
  /** How many requests may be read whose answer is not yet sent. */
  readonly lookAhead: number;
  /** Where requests wait for their answers, among those of others: the next one is read when it should come there. */
  readonly backlog?: Backlog;
  readonly idleTimeoutMs: number;
  /** How long one message may take to arrive. */
  readonly messageTimeoutMs: number;
  /** Aborts when the server shuts down. */
  readonly draining: AbortSignal;
}

/** After a stream was ended for its silence, a client that does not even take the answer is cut off. */
const RESET_DELAY_MS = 1000;

/**
 * One answer per request, in order, each as soon as it is ready. The stream ends with DEADLINE_EXCEEDED when it is
 * the client's turn for too long (not CANCELLED, which is the client's own doing, nor UNAVAILABLE, which clients
 * retry by themselves), and with UNAVAILABLE, after the answers to what was read, when the server shuts down.
 */
export async function* answerStream<I, O>(
  requests: AsyncIterable<I>,
  context: HandlerContext,
  { answer, lookAhead, backlog, idleTimeoutMs, messageTimeoutMs, draining }: AnswerStreamOptions<I, O>,
): AsyncGenerator<O, void, void> {
  const call = callOf(context.values);
  const stop = new AbortController();
  const idle = createIdleWatch(idleTimeoutMs, () => {
    stop.abort(idleTooLong(idleTimeoutMs));
    setTimeout(() => call.reset(), RESET_DELAY_MS).unref();
  });
  call.work = idle.work;
  const drain = () => stop.abort(new ConnectError('the server is shutting down', Code.Unavailable));
  if (draining.aborted) drain();
  draining.addEventListener('abort', drain);
  const turns = createTurns(backlog);
  /** When the first byte came, or was let come, that is of no message yet. */
  let beganAt: number | undefined;
  call.onBytes = () => {
    const isNew = beganAt === undefined;
    beganAt ??= performance.now();
    // Who takes for ever over one message is idle, however steadily the bytes come.
    if (performance.now() - beganAt < messageTimeoutMs) idle.active();
    return isNew ? turn() : undefined;
  };

  /** Resolves when the next request should come; undefined: it may come now. */
  function turn(): Promise<void> | undefined {
    const own = turns.announce();
    return own && heldBack(own);
  }

  /** It is for others that the client has to wait. */
  async function heldBack(own: Promise<void>): Promise<void> {
    const done = idle.work();
    await own.finally(done);
    beganAt = performance.now();
  }

  /** The requests, also those that came with the bytes of others, each in its turn. */
  async function* inTurn(): AsyncGenerator<I, void, void> {
    for await (const request of requests) {
      if (!turns.isAnnounced) await turn();
      yield request;
    }
  }

  async function work(request: I, signal: AbortSignal): Promise<O> {
    beganAt = undefined;
    const done = idle.work();
    const answered = answer(request, signal);
    turns.arrived();
    try {
      return await answered;
    } finally {
      done();
    }
  }

  // A response that cannot be written is never asked for its next message: the signal alone tells.
  const forget = () => {
    idle.stop();
    turns.close();
    draining.removeEventListener('abort', drain);
  };
  context.signal.addEventListener('abort', forget, { once: true });
  try {
    yield* orderedPipeline(inTurn(), { work, lookAhead, signal: context.signal, stop: stop.signal });
  } finally {
    forget();
  }
}

function idleTooLong(timeoutMs: number): ConnectError {
  const message = `the stream was idle for STREAM_IDLE_TIMEOUT, ${timeoutMs / 1000} seconds`;
  return new ConnectError(message, Code.DeadlineExceeded);
}
