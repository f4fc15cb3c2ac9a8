import { Code, ConnectError, type Interceptor } from '@connectrpc/connect';
import { DetectorError, type DetectorErrorKind } from '../detector/detector-error.ts';
import type { Log } from '../log.ts';
import { callOf } from './call.ts';

const CODES: Record<DetectorErrorKind, Code> = {
  invalid: Code.InvalidArgument,
  'too-large': Code.ResourceExhausted,
  overloaded: Code.ResourceExhausted,
  unavailable: Code.Unavailable,
};

/** What Node says when the other side hung up while we were reading. */
const HUNG_UP = new Set([
  'ECONNRESET',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_DESTROYED',
  'ERR_HTTP2_INVALID_STREAM',
  'ERR_HTTP2_STREAM_ERROR',
]);

/**
 * What a caller is told about whatever was thrown. Only errors that were made for callers keep their message;
 * everything else is `internal` to them, and its cause goes to the log.
 */
export function toConnectError(thrown: unknown, log: Log): ConnectError {
  if (thrown instanceof ConnectError) return thrown;
  if (thrown instanceof DetectorError) return new ConnectError(thrown.message, CODES[thrown.kind]);
  const { name, code } = thrown instanceof Error ? (thrown as NodeJS.ErrnoException) : {};
  if (name === 'TimeoutError') return new ConnectError('the deadline has passed', Code.DeadlineExceeded);
  if (name === 'AbortError' || (code !== undefined && HUNG_UP.has(code))) {
    return new ConnectError('the call was cancelled', Code.Canceled);
  }
  log.error({ err: thrown }, 'a call failed for an internal reason');
  return new ConnectError('internal', Code.Internal);
}

/** Maps what handlers throw, before or while they answer. */
export const mapErrors: Interceptor = (next) => async (request) => {
  const { log } = callOf(request.contextValues);
  try {
    const response = await next(request);
    return response.stream ? { ...response, message: mapThrown(response.message, log) } : response;
  } catch (thrown) {
    throw toConnectError(thrown, log);
  }
};

async function* mapThrown<T>(messages: AsyncIterable<T>, log: Log): AsyncIterable<T> {
  try {
    yield* messages;
  } catch (thrown) {
    throw toConnectError(thrown, log);
  }
}
