import type { Interceptor } from '@connectrpc/connect';
import { type Call, callOf } from './call.ts';
import type { Cut } from './cut-field.ts';

/** Tells the meter where messages begin and end, and puts back what was cut out of them. */
export const meterStreams: Interceptor = (next) => async (request) => {
  const call = callOf(request.contextValues);
  const cuts: (Cut | undefined)[] = [];
  if (!request.stream) {
    restore(request.message, call, cuts);
    const response = await next(request);
    cuts.shift()?.release();
    return response;
  }
  const response = await next({ ...request, message: asRead(request.message, call, cuts, request.signal) });
  // The one request of a stream of answers is in use until the last of them, when all that the call has is given back.
  const isAnswered = response.stream && request.method.methodKind === 'bidi_streaming';
  return isAnswered ? { ...response, message: asAnswered(response.message, call, cuts) } : response;
};

function restore(message: object, call: Call, cuts: (Cut | undefined)[]): void {
  const cut = call.splitter?.takeCut() ?? call.inflatedCut;
  call.inflatedCut = undefined;
  if (cut) Object.assign(message, { data: cut.value });
  cuts.push(cut);
}

async function* asRead<T extends object>(
  messages: AsyncIterable<T>,
  call: Call,
  cuts: (Cut | undefined)[],
  signal: AbortSignal,
): AsyncIterable<T> {
  for await (const message of messages) {
    restore(message, call, cuts);
    const done = call.work();
    await call.meter.messageRead(signal).finally(done);
    yield message;
  }
}

async function* asAnswered<T>(
  messages: AsyncIterable<T>,
  { meter }: Call,
  cuts: (Cut | undefined)[],
): AsyncIterable<T> {
  for await (const message of messages) {
    yield message;
    meter.answered();
    cuts.shift()?.release();
  }
}
