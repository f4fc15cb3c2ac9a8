import type { AnalysisService, AnalyzeRequest } from '@boxwire/proto/boxwire/v1/analysis_service';
import { Code, ConnectError, type ServiceImpl } from '@connectrpc/connect';
import type { Caller } from '../access/caller.ts';
import type { AnalysisRequest, Analyzer } from '../analysis/analysis.ts';
import type { UploadStore } from '../uploads/upload-store.ts';
import { eventToResponse } from './analysis-messages.ts';
import { callerOf, callOf, turnTakerOf } from './call.ts';
import { type CallLimit, callsOf, createCallCounter } from './call-counter.ts';
import type { HttpRequest } from './http.ts';
import { messageToOptions } from './prediction-messages.ts';
import type { ServingState } from './serving-state.ts';
import { uploadsOf } from './uploads-of.ts';

/** What the original demo took. */
const DEFAULT_EVERY_NTH = 24;

const MAX_UPLOAD_IDS = 1000;

/** A page or a program that lost its connection may come back before that is known. */
const MAX_CALLS_OF_UPLOAD = 16;

const MIN_THUMBNAIL_PX = 16;
const MAX_THUMBNAIL_PX = 1280;

/** Finds objects in uploads, and tells what it finds as it goes. */
export function createAnalysisService(
  state: ServingState,
  { analyzer, uploads, maxCalls }: { analyzer: Analyzer; uploads: UploadStore; maxCalls: number },
): ServiceImpl<typeof AnalysisService> {
  const count = createCallCounter('too much is analysed', 'Analyze calls');
  return {
    async *analyze(message, { signal, values }) {
      const detector = state.detector();
      const { log, request: http } = callOf(values);
      const caller = callerOf(values);
      const request = { ...toRequest(message), caller: turnTakerOf(values) };
      const own = uploadsOf(caller, uploads);
      await Promise.all(request.uploadIds.map((id) => own.get(id)));
      signal.throwIfAborted();
      const end = count(limitsOf(request.uploadIds, caller, http, maxCalls));
      signal.addEventListener('abort', end, { once: true });
      const events = analyzer.analyze(request, detector, signal);
      // A response that cannot be written is never asked for its next message: the signal alone tells.
      signal.addEventListener('abort', () => void events.return(undefined).catch(() => {}), { once: true });
      for await (const event of events) {
        if (event.sequence > 0) {
          const { uploadIndex, sequence } = event;
          const text = event.kind === 'frame' ? 'frame answered' : 'upload analysed';
          log.info({ uploadIndex, sequence, ...(event.kind === 'frame' && { frame: event.frame }) }, text);
        }
        yield eventToResponse(event, detector.model.name, log);
      }
      signal.throwIfAborted();
    },
  };
}

function limitsOf(
  uploadIds: readonly string[],
  caller: Caller,
  http: HttpRequest,
  maxCalls: number,
): readonly CallLimit[] {
  const { key, whose } = callsOf(caller, http);
  return [
    ...uploadIds.map((id) => ({ key: `upload ${id}`, most: MAX_CALLS_OF_UPLOAD, whose: 'one upload' })),
    { key, most: Math.ceil(maxCalls / 2), whose: `${whose}, by MAX_ANALYZE_CALLS,` },
    { key: 'all', most: maxCalls, whose: 'all callers together, by MAX_ANALYZE_CALLS,' },
  ];
}

/** @throws {ConnectError} naming the field */
function toRequest(message: AnalyzeRequest): AnalysisRequest {
  const { uploadIds, options, frames, afterSequence, thumbnailSide } = message;
  if (uploadIds.length < 1 || uploadIds.length > MAX_UPLOAD_IDS) {
    throw invalid(`upload_ids has ${uploadIds.length} entries, allowed are 1 to ${MAX_UPLOAD_IDS}`);
  }
  if (new Set(uploadIds).size < uploadIds.length) throw invalid('upload_ids names an upload twice');
  if (afterSequence < 0n) throw invalid(`after_sequence is ${afterSequence}, allowed is 0 or more`);
  if (thumbnailSide !== 0 && (thumbnailSide < MIN_THUMBNAIL_PX || thumbnailSide > MAX_THUMBNAIL_PX)) {
    const allowed = `allowed are ${MIN_THUMBNAIL_PX} to ${MAX_THUMBNAIL_PX}, or 0 for none`;
    throw invalid(`thumbnail_side is ${thumbnailSide}, ${allowed}`);
  }
  return {
    uploadIds,
    thumbnailSide,
    options: messageToOptions(options),
    choice: toChoice(frames),
    afterSequence: Number(afterSequence),
  };
}

function toChoice({ case: kind, value }: AnalyzeRequest['frames']): AnalysisRequest['choice'] {
  if (kind === 'everySeconds') {
    if (value > 0 && Number.isFinite(value)) return { everySeconds: value };
    throw invalid(`every_seconds is ${value}, allowed is more than 0`);
  }
  const everyNth = value ?? DEFAULT_EVERY_NTH;
  if (everyNth < 1) throw invalid(`every_nth is ${everyNth}, allowed is 1 or more`);
  return { everyNth };
}

function invalid(message: string): ConnectError {
  return new ConnectError(message, Code.InvalidArgument);
}
