import { Health } from '@boxwire/proto/grpc/health/v1/health';
import { base64Decode } from '@bufbuild/protobuf/wire';
import { Code, ConnectError, type HandlerContext } from '@connectrpc/connect';
import { codeToString } from '@connectrpc/connect/protocol-connect';
import type { Settings } from '../config.ts';
import { callerOf, callOf } from './call.ts';
import { takeRequest } from './meter.ts';
import type { ServingState } from './serving-state.ts';
import { endWhenStalled } from './stalled-call.ts';

/**
 * @returns to be run when a call's headers are understood and nothing of its body is read. It throws what the call is
 * refused with
 */
export function createRequestGate({ draining }: ServingState, settings: Settings) {
  return (context: HandlerContext): void => {
    const call = callOf(context.values);
    call.context = context;
    call.metrics?.callStarted(context.method);
    context.signal.addEventListener('abort', () => reword(context.signal.reason, settings));
    const { methodKind, parent } = context.method;
    // nginx would hold back what comes until it has much, or all of it.
    if (methodKind !== 'unary') call.response.setHeader('x-accel-buffering', 'no');
    if (methodKind !== 'bidi_streaming') endWhenStalled(call.request, call.response, settings);
    const isHealth = parent.typeName === Health.typeName;
    if (draining.aborted && !isHealth) {
      throw new ConnectError('the server is shutting down', Code.Unavailable);
    }
    if (isHealth && settings.health === 'open') return;
    const caller = callerOf(context.values);
    // Streams are slowed down instead.
    if (methodKind === 'unary') takeRequest(caller);
    checkBase64(context);
  };
}

/** The message of a GET is in its address: the library takes what is no base64 for its own fault. */
function checkBase64({ requestMethod, url }: HandlerContext): void {
  if (requestMethod !== 'GET') return;
  const { searchParams } = new URL(url);
  if (searchParams.get('base64') !== '1') return;
  try {
    base64Decode(searchParams.get('message') ?? '');
  } catch (cause) {
    const text = 'the message in the address is no base64';
    throw new ConnectError(text, Code.InvalidArgument, undefined, undefined, cause);
  }
}

/**
 * The library's message names its own option, and takes bytes that are no message for its own fault. Such errors are made
 * before any of our code could map them, and not yet sent.
 */
function reword(reason: unknown, { maxMessageBytes }: Settings): void {
  if (!(reason instanceof ConnectError)) return;
  const { code, rawMessage } = reason;
  const [, limit] = /readMaxBytes (\d+)/.exec(rawMessage) ?? [];
  const [, fault] = /^parse binary: (.*)/.exec(rawMessage) ?? [];
  if (code === Code.ResourceExhausted && limit !== undefined) {
    // Some services take less than the setting allows.
    const who = Number(limit) === maxMessageBytes ? 'MAX_MESSAGE_BYTES' : 'this service';
    change(reason, code, `the message is larger than ${who} allows, ${limit} bytes`);
  } else if (code === Code.Internal && fault !== undefined) {
    change(reason, Code.InvalidArgument, `the request is no such message: ${fault}`);
  }
}

function change(error: ConnectError, code: Code, rawMessage: string): void {
  Object.assign(error, { code, rawMessage, message: `[${codeToString(code)}] ${rawMessage}` });
}
