import { AnalysisService } from '@boxwire/proto/boxwire/v1/analysis_service';
import { UploadService } from '@boxwire/proto/boxwire/v1/upload_service';
import { type Client, ConnectError, createClient, type Transport } from '@connectrpc/connect';
import { analyseUploads } from '../uploads/analyse-uploads.ts';
import type { AnalysisEvent, MediaFacts } from '../uploads/analysis-event.ts';
import { limitedPatience } from '../uploads/passing.ts';
import { createSlots } from '../uploads/slots.ts';
import { uploadFile } from '../uploads/upload-file.ts';
import type { Answer } from './answer.ts';
import type { BatchFollower } from './picture-desk.ts';
import { completeFrom, RAW_OPTIONS } from './raw-options.ts';

/** The places that all uploads and analyses of the page share, videos too: browsers open six connections to a host. */
const PIECE_SLOTS = { name: 'boxwire-piece', count: 2 };
const STREAM_SLOTS = { name: 'boxwire-stream', count: 3 };

/** One file of a batch on its way. */
interface Sending {
  readonly index: number;
  readonly startedMs: number;
  /** The upload's id, as soon as there is one. Rejects with what the upload fails with before. */
  readonly id: Promise<string>;
  /** Rejects with what the upload fails with, if it does. */
  readonly done: Promise<unknown>;
}

/**
 * Sends files in pieces and reads what is found in all of them from one stream. What goes wrong with one file is told
 * of that file; the others go on. Afterwards, and when it is aborted, the server is told to forget the files.
 *
 * @throws what analyseUploads throws, when none of the files can be answered any more
 */
export async function searchBatch(
  transport: Transport,
  files: readonly File[],
  maxDetections: number,
  follower: BatchFollower,
  signal: AbortSignal,
): Promise<void> {
  const uploads = createClient(UploadService, transport);
  const ids: string[] = [];
  const sendings = files.map((file, index) =>
    send(uploads, file, index, { follower, signal, onId: (id) => ids.push(id) }),
  );
  const broken = new Set<number>();
  const giveUp = (index: number, error: unknown) => {
    broken.add(index);
    if (!signal.aborted) follower.onError(index, error);
  };
  await Promise.all(sendings.map(({ id, index }) => id.catch((error) => giveUp(index, error))));
  try {
    let pending = sendings.filter(({ index }) => !broken.has(index));
    while (pending.length > 0) {
      const answered = await answer(transport, pending, { maxDetections, follower, signal, giveUp });
      pending = pending.filter(({ index }) => !answered.has(index) && !broken.has(index));
    }
  } finally {
    for (const id of ids) uploads.deleteUpload({ id }).catch(() => {});
  }
}

interface SendOptions extends Pick<AnswerOptions, 'follower' | 'signal'> {
  readonly onId: (id: string) => void;
}

function send(
  uploads: Client<typeof UploadService>,
  file: File,
  index: number,
  options: SendOptions,
): Sending {
  const { follower, signal, onId } = options;
  const id = Promise.withResolvers<string>();
  const startedMs = performance.now();
  const done = uploadFile(uploads, {
    file,
    name: file.name || 'picture',
    signal,
    slots: createSlots(PIECE_SLOTS.name, PIECE_SLOTS.count),
    onId(value) {
      onId(value);
      id.resolve(value);
    },
    onCommitted: (bytes) => follower.onSent(index, bytes / file.size),
    ...limitedPatience(),
  });
  done.catch(id.reject);
  return { index, startedMs, id: id.promise, done };
}

interface AnswerOptions {
  readonly maxDetections: number;
  readonly follower: BatchFollower;
  readonly signal: AbortSignal;
  readonly giveUp: (index: number, error: unknown) => void;
}

/** Reads the answers of uploads until all have one or one of them breaks. @returns the indices that are answered */
async function answer(
  transport: Transport,
  pending: readonly Sending[],
  { maxDetections, follower, signal, giveUp }: AnswerOptions,
): Promise<Set<number>> {
  const answered = new Set<number>();
  // The analysis would wait for the rest of a file that will never come.
  const stop = new AbortController();
  for (const { index, done } of pending) {
    done.catch((error) => {
      giveUp(index, error);
      stop.abort(error);
    });
  }
  const media: MediaFacts[] = [];
  try {
    const events = analyseUploads(createClient(AnalysisService, transport), {
      uploadIds: await Promise.all(pending.map(({ id }) => id)),
      everyNth: 1,
      options: { ...RAW_OPTIONS, maxDetections },
      afterSequence: 0,
      signal: AbortSignal.any([signal, stop.signal]),
      slots: createSlots(STREAM_SLOTS.name, STREAM_SLOTS.count),
      onTurn() {},
      ...limitedPatience(),
    });
    for await (const { event, uploadIndex } of events) {
      const { index, startedMs } = pending[uploadIndex] as Sending;
      if (event.kind === 'media') media[uploadIndex] = event.media;
      if (event.kind === 'frame') {
        const model = media[uploadIndex]?.model ?? '';
        follower.onAnswer(index, toAnswer(event, model, maxDetections, performance.now() - startedMs));
      }
      if (event.kind === 'end') {
        answered.add(index);
        const { error } = event.end;
        if (error) follower.onError(index, new ConnectError(error.message, error.code));
      }
    }
  } catch (error) {
    if (!stop.signal.aborted || signal.aborted) throw error;
  }
  return answered;
}

function toAnswer(
  { frame, timings }: Extract<AnalysisEvent, { kind: 'frame' }>,
  model: string,
  maxDetections: number,
  totalMs: number,
): Answer {
  return {
    candidates: frame.detections,
    completeFrom: completeFrom(frame.detections, maxDetections),
    sizePx: { width: frame.width, height: frame.height },
    model,
    times: { totalMs, ...timings },
  };
}
