import { Code, ConnectError } from '@connectrpc/connect';
import { CONFIDENCE_FLOOR } from '../detections/filter-detections.ts';
import { type AnalysisClient, analyseUploads, type NumberedEvent } from '../uploads/analyse-uploads.ts';
import type { Pause } from '../uploads/passing.ts';
import type { Slots } from '../uploads/slots.ts';
import { type UploadClient, uploadFile } from '../uploads/upload-file.ts';
import { PictureError } from './video-problem.ts';
import type { AnalysisSettings } from './video-store.ts';

/** The server, and the places that all videos share. */
export interface VideoServices {
  readonly uploads: UploadClient;
  readonly analyses: AnalysisClient;
  readonly pieceSlots: Slots;
  readonly streamSlots: Slots;
  readonly pause?: Pause;
  /** Whether the browser shows the pictures of a video. */
  canPlay(file: Blob): Promise<boolean>;
}

/** What is known of a video when it goes on. */
export interface VideoSource {
  readonly file: File | undefined;
  readonly name: string;
  readonly uploadId: string | undefined;
  readonly uploaded: boolean;
  readonly settings: AnalysisSettings;
  readonly afterSequence: number;
  /** Whether the browser shows its pictures; undefined when that is not known yet. */
  readonly playable: boolean | undefined;
}

/** Told how it goes, until the run is aborted. */
export interface VideoProgress {
  onUploadId(id: string): void;
  onCommitted(bytes: number): void;
  onUploadTrouble(error: unknown): void;
  onUploaded(): void;
  /** Told when the server does not have the file any more, before it is sent again. */
  onGone(): void;
  onPlayable(playable: boolean): void;
  onAnalysisTurn(waiting: boolean): void;
  onAnalysisTrouble(error: unknown): void;
  onEvent(event: NumberedEvent): void;
}

/** Of what the browser cannot show itself; enough for the stage. */
const THUMBNAIL_SIDE_PX = 960;

/** How often a file may be gone from the server before that is an error. */
const MOST_TIMES_GONE = 3;

/**
 * Uploads a video and analyses it, both at once, from where they are.
 *
 * @returns whether it came to its end; false when the server needs the file and it is not at hand
 * @throws {PictureError} when it is no video; else the signal's reason, or what uploadFile and analyseUploads throw
 */
export async function runVideo(
  services: VideoServices,
  source: VideoSource,
  progress: VideoProgress,
  signal: AbortSignal,
): Promise<boolean> {
  let now = source;
  const told = untilAborted(progress, signal);
  const noting: VideoProgress = {
    ...told,
    onUploadId(uploadId) {
      now = { ...now, uploadId };
      told.onUploadId(uploadId);
    },
    onPlayable(playable) {
      now = { ...now, playable };
      told.onPlayable(playable);
    },
    onEvent(event) {
      now = { ...now, afterSequence: event.sequence || now.afterSequence };
      told.onEvent(event);
    },
  };
  for (let gone = 1; ; gone++) {
    if (!now.uploaded && !now.file) return false;
    try {
      await attempt(services, now, noting, signal);
      return true;
    } catch (error) {
      signal.throwIfAborted();
      const isGone = error instanceof ConnectError && error.code === Code.NotFound;
      if (!isGone || gone === MOST_TIMES_GONE) throw error;
      now = { ...now, uploaded: false };
      told.onGone();
    }
  }
}

/** What is on its way when a run is ended belongs to no other run, and is not told. */
function untilAborted(progress: VideoProgress, signal: AbortSignal): VideoProgress {
  const gate =
    <Arguments extends unknown[]>(tell: (...told: Arguments) => void) =>
    (...told: Arguments) => {
      if (!signal.aborted) tell(...told);
    };
  return {
    onUploadId: gate(progress.onUploadId),
    onCommitted: gate(progress.onCommitted),
    onUploadTrouble: gate(progress.onUploadTrouble),
    onUploaded: gate(progress.onUploaded),
    onGone: gate(progress.onGone),
    onPlayable: gate(progress.onPlayable),
    onAnalysisTurn: gate(progress.onAnalysisTurn),
    onAnalysisTrouble: gate(progress.onAnalysisTrouble),
    onEvent: gate(progress.onEvent),
  };
}

async function attempt(
  services: VideoServices,
  source: VideoSource,
  progress: VideoProgress,
  signal: AbortSignal,
): Promise<void> {
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const id = Promise.withResolvers<string>();
  function onUploadId(uploadId: string) {
    progress.onUploadId(uploadId);
    id.resolve(uploadId);
  }
  try {
    const sending = send(services, source, { ...progress, onUploadId }, both);
    // What ends the one ends the other.
    sending.catch((error) => {
      stop.abort(error);
      id.reject(error);
    });
    const isWhole = await analyse(services, source, await id.promise, progress, both);
    // A file that proves damaged need not be sent to its end.
    if (isWhole) await sending;
  } finally {
    stop.abort();
  }
}

async function send(
  { uploads, pieceSlots, pause }: VideoServices,
  { file, name, uploadId, uploaded }: VideoSource,
  progress: VideoProgress,
  signal: AbortSignal,
): Promise<void> {
  if (uploaded && uploadId) return progress.onUploadId(uploadId);
  if (!file) throw new TypeError('there is no file to send');
  const { onUploadId: onId, onCommitted, onUploadTrouble: onTrouble } = progress;
  const following = { onId, onCommitted, onTrouble, ...(pause && { pause }) };
  await uploadFile(uploads, { file, name, id: uploadId, signal, slots: pieceSlots, ...following });
  progress.onUploaded();
}

/** @returns whether the file could be read to its end */
async function analyse(
  { analyses, streamSlots, pause, canPlay }: VideoServices,
  { settings, afterSequence, file, playable }: VideoSource,
  uploadId: string,
  progress: VideoProgress,
  signal: AbortSignal,
): Promise<boolean> {
  const { onAnalysisTrouble: onTrouble, onAnalysisTurn: onTurn } = progress;
  async function isPlayable(): Promise<boolean> {
    if (playable !== undefined || !file) return playable ?? true;
    const found = await canPlay(file);
    progress.onPlayable(found);
    return found;
  }
  const options = { confidence: CONFIDENCE_FLOOR, iou: settings.iou };
  const following = { onTrouble, onTurn, ...(pause && { pause }) };
  const thumbnailSide = (await isPlayable()) ? 0 : THUMBNAIL_SIDE_PX;
  const asked = { uploadIds: [uploadId], everyNth: settings.everyNth, options, afterSequence, thumbnailSide };
  let isWhole = true;
  for await (const numbered of analyseUploads(analyses, {
    ...asked,
    signal,
    slots: streamSlots,
    ...following,
  })) {
    if (numbered.event.kind === 'media' && numbered.event.media.kind === 'picture') throw new PictureError();
    if (numbered.event.kind === 'end') isWhole = numbered.event.end.error === undefined;
    progress.onEvent(numbered);
  }
  return isWhole;
}
