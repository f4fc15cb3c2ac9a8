import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { constants } from 'node:http2';
import {
  Code,
  ConnectError,
  type ContextValues,
  createContextKey,
  createContextValues,
  type HandlerContext,
} from '@connectrpc/connect';
import { codeToString } from '@connectrpc/connect/protocol-connect';
import { ANYBODY, type Caller } from '../access/caller.ts';
import type { ByteAccount } from '../access/quota.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Cut } from './cut-field.ts';
import { type HttpRequest, type HttpResponse, isHttp2, onAnswered } from './http.ts';
import type { MessageSplitter } from './message-splitter.ts';
import { Meter } from './meter.ts';

export const REQUEST_ID_HEADER = 'x-request-id';

/** One call, from its headers to the last byte of its answer. */
export interface Call {
  readonly id: string;
  /** Says the call's id on every line. */
  readonly log: Log;
  readonly request: HttpRequest;
  readonly response: HttpResponse;
  /** Who makes it, or why that is not known. */
  readonly caller: Caller | ConnectError;
  readonly meter: Meter;
  readonly metrics: Metrics | undefined;
  /** Absent before the body is read. */
  splitter?: MessageSplitter;
  /** What was cut out of the message that was decompressed last, until the library has read it. */
  inflatedCut?: Cut | undefined;
  /** What the handlers are given, once the headers were understood. */
  context?: HandlerContext;
  /** Cuts the call off whatever state it is in. */
  reset(): void;
  /** Bytes of the request have arrived; see `Meter`. */
  arrived(size: number): Promise<void> | undefined;
  /** From now on until the returned function is called it is not the client's turn; see `IdleWatch`. */
  work: () => () => void;
  /** Called whenever bytes of the request arrive; nothing more is read until what it returns resolves. */
  onBytes: () => Promise<void> | undefined;
}

/** The call that is being worked on, for what is told nothing of it. */
export const currentCall = new AsyncLocalStorage<Call>();

const CALL = createContextKey<Call | undefined>(undefined, { description: 'call' });

/** @throws if the call did not come through the server's own listener */
export function callOf(values: ContextValues): Call {
  const call = values.get(CALL);
  if (!call) throw new Error('a call without a record');
  return call;
}

export function callValues(call: Call): ContextValues {
  return createContextValues().set(CALL, call);
}

/** Who makes the call. @throws {ConnectError} `unauthenticated` when that is not known */
export function callerOf(values: ContextValues): Caller {
  const { caller } = callOf(values);
  if (caller instanceof ConnectError) throw caller;
  return caller;
}

/**
 * Who takes turns with others. However many calls are made with a token or a certificate, together they take the turns of
 * one. Without these nobody knows who is behind a connection, which may be a balancer's: then each call is a caller.
 */
export function turnTakerOf(values: ContextValues): string | undefined {
  return callerOf(values).name || undefined;
}

export interface CallOptions {
  readonly log: Log;
  readonly metrics?: Metrics | undefined;
  readonly caller: Caller | ConnectError;
  readonly bytes: ByteAccount;
}

/** Gives a call its id and writes one line when it is over, answered or not. */
export function openCall(
  request: HttpRequest,
  response: HttpResponse,
  { log, metrics, caller, bytes }: CallOptions,
): Call {
  const id = requestId(request);
  const known = caller instanceof ConnectError ? undefined : caller;
  const startedAt = performance.now();
  const call: Call = {
    id,
    ...{ request, response, caller, metrics },
    meter: new Meter(known ?? ANYBODY, bytes),
    log: log.child({ requestId: id }),
    reset() {
      if (isHttp2(request)) request.stream.close(constants.NGHTTP2_CANCEL);
      else request.socket.destroy();
    },
    arrived(size) {
      const held = call.onBytes();
      return held ? held.then(() => call.meter.arrived(size)) : call.meter.arrived(size);
    },
    work: () => () => {},
    onBytes: () => undefined,
  };
  let over = false;
  const finish = (answered: boolean) => {
    if (over) return;
    over = true;
    reportEnd(call, performance.now() - startedAt, answered);
  };
  onAnswered(request, response, () => finish(true));
  known?.revoked?.addEventListener('abort', call.reset);
  response.once('close', () => {
    known?.revoked?.removeEventListener('abort', call.reset);
    finish(false);
    call.meter.end();
  });
  response.setHeader(REQUEST_ID_HEADER, id);
  return call;
}

/** Counts the call and writes its line. @param answered whether it ended before the client was gone */
function reportEnd(call: Call, durationMs: number, answered: boolean): void {
  const { caller, request, response, context } = call;
  const code = codeOf(context, response, answered);
  if (context) call.metrics?.callHandled(context.method, durationMs, code);
  const name = caller instanceof ConnectError ? undefined : caller.name;
  call.log.info(
    {
      method: methodOf(request),
      ...(name && { caller: name }),
      protocol: context?.protocolName,
      http: request.httpVersion,
      code: code === undefined ? (context ? 'ok' : `http ${response.statusCode}`) : codeToString(code),
      durationMs: Math.round(durationMs * 10) / 10,
    },
    'call finished',
  );
}

/** Of strangers, too: a terminal that shows the log might obey what is no name. */
function methodOf({ url = '' }: HttpRequest): string | undefined {
  return /^\/([\w.]{1,200}(?:\/\w{1,100})?)(?:\?|$)/.exec(url)?.[1];
}

/** A caller's own id is kept if it is harmless in a log and in a header. */
function requestId(request: HttpRequest): string {
  const given = request.headers[REQUEST_ID_HEADER];
  return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
}

/**
 * The signal's reason is the error that ended the call, in every protocol; after a good end it is no such error.
 * A client that leaves says why as it likes, some with INTERNAL_ERROR: for us that is a cancel, unless the deadline
 * has passed.
 */
function codeOf(
  context: HandlerContext | undefined,
  response: HttpResponse,
  answered: boolean,
): Code | undefined {
  const reason: unknown = context?.signal.reason;
  const code = reason instanceof ConnectError ? reason.code : undefined;
  if (!answered && code !== Code.DeadlineExceeded) return Code.Canceled;
  if (code !== undefined || context) return code;
  const status = response.getHeader('grpc-status');
  return status === undefined ? undefined : Number(status);
}
