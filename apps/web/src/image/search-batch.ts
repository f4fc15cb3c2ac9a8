import { AnalysisService } from '@boxwire/proto/boxwire/v1/analysis_service';
import { UploadService } from '@boxwire/proto/boxwire/v1/upload_service';
import { type Client, Code, ConnectError, createClient, type Transport } from '@connectrpc/connect';
import { analyseUploads } from '../uploads/analyse-uploads.ts';
import type { AnalysisEvent, MediaFacts } from '../uploads/analysis-event.ts';
import { PIECE_SLOTS, STREAM_SLOTS } from '../uploads/page-slots.ts';
import { PAGE_UPLOADS } from '../uploads/page-uploads.ts';
import { limitedPatience } from '../uploads/passing.ts';
import { uploadFile } from '../uploads/upload-file.ts';
import type { Answer } from './answer.ts';
import { UploadRefusedError, VideoError } from './problem-with-file.ts';
import { completeFrom, RAW_OPTIONS } from './raw-options.ts';
import type { BatchFollower, BatchMember } from './search-queue.ts';

/** One file of a batch on its way. */
interface Sending {
  readonly index: number;
  /** The upload's id, as soon as there is one. Rejects with what the upload fails with before. */
  readonly id: Promise<string>;
  /** Aborted once nothing more comes of the file: it is answered, has failed, or is not wanted any more. */
  readonly closed: AbortSignal;
  /** Ends the upload, wherever it is. */
  close(): void;
  /** Closes it and tells why, unless it is closed already. */
  fail(error: unknown): void;
}

/**
 * Sends files in pieces and reads what is found in all of them from one stream. What goes wrong with one file is told
 * of that file, and one that is aborted is left out; the others go on. Afterwards the server is told to forget the files.
 *
 * @throws what analyseUploads throws, when none of the files can be answered any more
 */
export async function searchBatch(
  transport: Transport,
  members: readonly BatchMember[],
  maxDetections: number,
  follower: BatchFollower,
  ledger = PAGE_UPLOADS,
): Promise<void> {
  const uploads = createClient(UploadService, transport);
  const ids: string[] = [];
  function onId(id: string) {
    ids.push(id);
    ledger.add(id);
  }
  const sendings = members.map((member, index) => send(uploads, member, index, follower, onId));
  await Promise.allSettled(sendings.map(({ id }) => id));
  try {
    for (;;) {
      const open = sendings.filter(({ closed }) => !closed.aborted);
      if (open.length === 0) return;
      await answer(transport, open, maxDetections, follower);
    }
  } finally {
    // An upload that found itself deleted would begin once more.
    for (const { close } of sendings) close();
    for (const id of ids) deleteUpload(uploads, id).then(() => ledger.remove(id), ignore);
  }
}

/** Has the server forget what pages before this one have left there. What it does not answer is left for the next one. */
export async function deleteLeftUploads(transport: Transport, ledger = PAGE_UPLOADS): Promise<void> {
  const uploads = createClient(UploadService, transport);
  await ledger.deleteLeft((id) => deleteUpload(uploads, id)).catch(ignore);
}

/** One that has expired is as good as deleted. */
async function deleteUpload(uploads: Client<typeof UploadService>, id: string): Promise<void> {
  try {
    await uploads.deleteUpload({ id });
  } catch (error) {
    if (ConnectError.from(error).code !== Code.NotFound) throw error;
  }
}

function ignore() {}

function send(
  uploads: Client<typeof UploadService>,
  { file, signal }: BatchMember,
  index: number,
  follower: BatchFollower,
  onId: (id: string) => void,
): Sending {
  const end = new AbortController();
  const closed = AbortSignal.any([signal, end.signal]);
  const id = Promise.withResolvers<string>();
  let begun = false;
  function fail(error: unknown) {
    if (closed.aborted) return;
    end.abort(error);
    follower.onError(index, error);
  }
  uploadFile(uploads, {
    file,
    name: file.name || 'picture',
    signal: closed,
    slots: PIECE_SLOTS,
    onId(value) {
      begun = true;
      onId(value);
      id.resolve(value);
    },
    onCommitted: (bytes) => follower.onSent(index, bytes / file.size),
    ...limitedPatience(),
  }).catch((error) => {
    id.reject(error);
    const isRefused = !begun && ConnectError.from(error).code === Code.ResourceExhausted;
    fail(isRefused ? new UploadRefusedError({ cause: error }) : error);
  });
  return { index, id: id.promise, closed, close: () => end.abort(), fail };
}

/** Reads the answers of uploads until all have one, or one of them is closed: the analysis would wait for its rest. */
async function answer(
  transport: Transport,
  open: readonly Sending[],
  maxDetections: number,
  follower: BatchFollower,
): Promise<void> {
  const stop = new AbortController();
  const ended = new Set<Sending>();
  for (const sending of open) {
    sending.closed.addEventListener('abort', () => ended.has(sending) || stop.abort());
  }
  const media: MediaFacts[] = [];
  try {
    const events = analyseUploads(createClient(AnalysisService, transport), {
      uploadIds: await Promise.all(open.map(({ id }) => id)),
      everyNth: 1,
      options: { ...RAW_OPTIONS, maxDetections },
      afterSequence: 0,
      signal: stop.signal,
      slots: STREAM_SLOTS,
      onTurn() {},
      ...limitedPatience(),
    });
    for await (const { event, uploadIndex } of events) {
      const sending = open[uploadIndex];
      if (!sending || sending.closed.aborted) continue;
      if (event.kind === 'media') {
        media[uploadIndex] = event.media;
        // It would be searched in each of its frames.
        if (event.media.kind === 'video') sending.fail(new VideoError());
      }
      if (event.kind === 'frame') {
        follower.onAnswer(sending.index, toAnswer(event, media[uploadIndex]?.model ?? '', maxDetections));
      }
      if (event.kind === 'end') {
        ended.add(sending);
        const { error } = event.end;
        if (error) sending.fail(new ConnectError(error.message, error.code));
        sending.close();
      }
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  }
}

/** Without a time for the whole way: most of that would be waiting for the others. */
function toAnswer(
  { frame, timings }: Extract<AnalysisEvent, { kind: 'frame' }>,
  model: string,
  maxDetections: number,
): Answer {
  return {
    candidates: frame.detections,
    completeFrom: completeFrom(frame.detections, maxDetections),
    sizePx: { width: frame.width, height: frame.height },
    model,
    times: timings,
  };
}
