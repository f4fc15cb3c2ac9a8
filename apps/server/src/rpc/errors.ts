import { UploadGapSchema } from '@boxwire/proto/boxwire/v1/upload_service';
import { RetryInfoSchema } from '@boxwire/proto/google/rpc/error_details';
import { VideoError, type VideoErrorKind } from '@boxwire/video';
import { errorCode } from '@boxwire/video/error-code';
import { isOutOfHandles } from '@boxwire/video/out-of-handles';
import { durationFromMs } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, type Interceptor } from '@connectrpc/connect';
import { DetectorError, type DetectorErrorKind } from '../detector/detector-error.ts';
import type { Log } from '../log.ts';
import { UploadError, type UploadErrorKind } from '../uploads/upload-error.ts';
import { callOf } from './call.ts';

const CODES: Record<DetectorErrorKind, Code> = {
  invalid: Code.InvalidArgument,
  'too-large': Code.ResourceExhausted,
  overloaded: Code.ResourceExhausted,
  unavailable: Code.Unavailable,
};

const UPLOAD_CODES: Record<UploadErrorKind, Code> = {
  invalid: Code.InvalidArgument,
  'not-found': Code.NotFound,
  gap: Code.OutOfRange,
  incomplete: Code.FailedPrecondition,
  quota: Code.ResourceExhausted,
  'not-writable': Code.Unavailable,
};

const VIDEO_CODES: Record<VideoErrorKind, Code> = {
  unreadable: Code.InvalidArgument,
  unsupported: Code.InvalidArgument,
  'no-video-track': Code.InvalidArgument,
  'encrypted-looking': Code.InvalidArgument,
  limit: Code.ResourceExhausted,
  // Again and again: the first deaths nobody hears of.
  'decoder-died': Code.InvalidArgument,
  'no-decoder': Code.Unimplemented,
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
  if (thrown instanceof DetectorError) {
    return new ConnectError(thrown.message, CODES[thrown.kind], undefined, detailsOf(thrown));
  }
  if (thrown instanceof VideoError) return new ConnectError(thrown.message, VIDEO_CODES[thrown.kind]);
  if (thrown instanceof UploadError) return uploadToConnectError(thrown, log);
  const name = thrown instanceof Error ? thrown.name : undefined;
  if (name === 'TimeoutError') return new ConnectError('the deadline has passed', Code.DeadlineExceeded);
  if (name === 'AbortError' || HUNG_UP.has(errorCode(thrown) ?? '')) {
    return new ConnectError('the call was cancelled', Code.Canceled);
  }
  if (isOutOfHandles(thrown)) {
    log.warn({ err: thrown }, 'a call failed for want of file descriptors');
    const text = 'the server has as many files and connections open as its system allows it: try again';
    return new ConnectError(text, Code.Unavailable);
  }
  log.error({ err: thrown }, 'a call failed for an internal reason');
  return new ConnectError('internal', Code.Internal);
}

function uploadToConnectError(error: UploadError, log: Log): ConnectError {
  const { kind, message, committedBytes, cause } = error;
  if (cause) log.error({ err: cause }, message);
  if (committedBytes === undefined) return new ConnectError(message, UPLOAD_CODES[kind]);
  const detail = { desc: UploadGapSchema, value: { committedBytes: BigInt(committedBytes) } };
  return new ConnectError(message, UPLOAD_CODES[kind], undefined, [detail]);
}

/** When the caller may try again. */
function detailsOf({ retryAfterMs }: DetectorError) {
  if (retryAfterMs === undefined) return undefined;
  const value = { retryDelay: durationFromMs(retryAfterMs) };
  return [{ desc: RetryInfoSchema, value }];
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
