import type { Interceptor } from '@connectrpc/connect';
import { callOf } from './call.ts';
import type { Meter } from './meter.ts';

/** Tells the meter where messages begin and end. */
export const meterStreams: Interceptor = (next) => async (request) => {
  const { meter } = callOf(request.contextValues);
  if (!request.stream) return next(request);
  const response = await next({ ...request, message: asRead(request.message, meter, request.signal) });
  return response.stream ? { ...response, message: asAnswered(response.message, meter) } : response;
};

async function* asRead<T>(messages: AsyncIterable<T>, meter: Meter, signal: AbortSignal): AsyncIterable<T> {
  for await (const message of messages) {
    await meter.messageRead(signal);
    yield message;
  }
}

async function* asAnswered<T>(messages: AsyncIterable<T>, meter: Meter): AsyncIterable<T> {
  for await (const message of messages) {
    yield message;
    meter.answered();
  }
}
