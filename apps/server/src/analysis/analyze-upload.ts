import { readFile } from 'node:fs/promises';
import { untilCommitted, VideoError } from '@boxwire/video';
import { isVideoFile, MEDIA_HEAD_BYTES } from '@boxwire/video/media-kind';
import type { Detector, SourceImage } from '../detector/detector.ts';
import { DetectorError } from '../detector/detector-error.ts';
import type { Gate } from '../detector/gate.ts';
import { orderedPipeline } from '../flow/ordered-pipeline.ts';
import type { AnalysisRequest, Media, SearchedFrame, Summary } from './analysis.ts';
import { searchFrame } from './search-frame.ts';
import { UploadedVideo, type VideoDecoding, type VideoOrder } from './uploaded-video.ts';
import { withSettingName } from './video-settings.ts';

/** What is told about one upload; `place` counts frames and the summary from 1. */
export type UploadEvent = Media | ((SearchedFrame | Summary) & { readonly place: number });

export interface UploadJob extends VideoOrder, Omit<AnalysisRequest, 'uploadIds' | 'afterSequence'> {
  readonly detector: Detector;
  /** How many of a video's frames that are to be searched are passed over. */
  readonly skip: number;
  readonly decoding: VideoDecoding;
  /** What pictures pass before they are read. */
  readonly pictures: Gate;
  readonly maxPictureBytes: number;
  /** Called now and then while there is work, so that the uploads do not expire over it. */
  readonly touch: () => void;
}

interface Frame {
  readonly frame: number;
  readonly timeMs: number;
  readonly image: SourceImage;
  /** How long its pixels were waited for. */
  readonly decodeMs: number;
}

/** Searches one upload, picture or video. What is wrong with the file is told in the summary. */
export async function* analyzeUpload(job: UploadJob): AsyncGenerator<UploadEvent> {
  const tally = { searched: 0, frames: 0, timeMs: 0 };
  let error: Error | undefined;
  try {
    await untilCommitted(job.upload, Math.min(MEDIA_HEAD_BYTES, job.upload.sizeBytes), job.signal);
    if (await isVideoFile(job.upload.path)) yield* analyzeVideo(job, tally);
    else yield* analyzePicture(job, tally);
  } catch (thrown) {
    job.signal.throwIfAborted();
    if (!isFault(thrown)) throw thrown;
    error = named(thrown, job.upload.name);
  }
  const { searched, frames, timeMs } = tally;
  yield { kind: 'summary', place: searched + 1, frames, searchedFrames: searched, timeMs, error };
}

interface Tally {
  searched: number;
  frames: number;
  timeMs: number;
}

/** Whether an error is the file's, and no reason to end the whole call. */
function isFault(error: unknown): error is VideoError | DetectorError {
  if (error instanceof DetectorError) return error.kind === 'invalid' || error.kind === 'too-large';
  return error instanceof VideoError;
}

/** Videos call their errors by the file's name, and pictures are to do so, too. */
function named(error: VideoError | DetectorError, name: string): Error {
  if (error instanceof VideoError) return withSettingName(error);
  return new DetectorError(error.kind, `${name}: ${error.message}`, { cause: error });
}

async function* analyzePicture(job: UploadJob, tally: Tally): AsyncGenerator<UploadEvent> {
  const { upload, maxPictureBytes, pictures, progress, signal } = job;
  if (upload.sizeBytes > maxPictureBytes) {
    const text = `it has ${upload.sizeBytes} bytes and is no video; MAX_MESSAGE_BYTES allows ${maxPictureBytes}`;
    throw new DetectorError('too-large', text);
  }
  if (!upload.complete) progress.stage = 'waiting-for-upload';
  await untilCommitted(upload, upload.sizeBytes, signal);
  if (pictures.isFull) progress.stage = 'waiting-for-turn';
  const leave = await pictures.enter({ signal, admission: 'patient', caller: job.caller });
  progress.stage = 'analysing';
  // Nothing is told before the turn is over, as nobody knows how long a client takes to hear it.
  const { header, searching } = await readPicture(job).finally(leave);
  yield { kind: 'media', of: 'picture', header };
  // Also where the frame was told before: only this shows whether it was, or an error in its place.
  yield { ...(await searching), place: 1 };
  Object.assign(tally, { searched: 1, frames: 1 });
}

/** @returns what is in it, or why it cannot be searched, once that is known */
async function readPicture(job: UploadJob) {
  const { upload, detector, signal } = job;
  const started = performance.now();
  const data = await readFile(upload.path, { signal });
  const header = await detector.readHeader(data, signal);
  const decodeMs = performance.now() - started;
  const image = { mode: '', width: 0, height: 0, data };
  const searching = search(job, { frame: 1, timeMs: 0, image, decodeMs }, signal);
  await searching.catch(() => {});
  return { header, searching };
}

async function* analyzeVideo(job: UploadJob, tally: Tally): AsyncGenerator<UploadEvent> {
  const { progress, skip, signal, detector } = job;
  const { info, ...opened } = await UploadedVideo.open(job, job.decoding);
  await using video = opened.video;
  progress.decoder = video;
  yield { kind: 'media', of: 'video', info };
  const results = orderedPipeline(framesOf(video, job), {
    work: (frame, wanted) =>
      search(job, frame, wanted).finally(() => job.decoding.memory.give(frame.image.data)),
    lookAhead: lookAheadFor(info, detector.concurrency),
    backlog: { announce: () => detector.backlog.announce(job.caller) },
    signal,
    stop: signal,
  });
  try {
    for await (const result of results) {
      tally.searched++;
      yield { ...result, place: skip + tally.searched };
    }
  } finally {
    // What was passed over counts, also where the file turned out to have less of it than before.
    tally.searched += Math.min(skip, video.chosenFrames);
    tally.frames = video.decodedFrames;
    tally.timeMs = video.decodedMs;
  }
}

/** Frames of one video that may be decoded and not yet told take at most about this much. */
const MAX_AHEAD_BYTES = 2 ** 28;

/** How many frames may be ahead: as many as keep the workers busy, fewer of very large ones, but never one alone. */
export function lookAheadFor(
  { width, height }: { width: number; height: number },
  concurrency: number,
): number {
  return Math.max(2, Math.min(concurrency + 1, Math.floor(MAX_AHEAD_BYTES / (width * height * 3))));
}

/** The chosen frames but for the first `skip`. */
async function* framesOf(
  video: UploadedVideo,
  { skip, decoding: { memory } }: UploadJob,
): AsyncGenerator<Frame> {
  let asked = performance.now();
  for await (const { frame, timeMs, width, height, data } of video) {
    const decodeMs = performance.now() - asked;
    if (video.chosenFrames > skip)
      yield { frame, timeMs, image: { mode: 'RGB', width, height, data }, decodeMs };
    else memory.give(data);
    asked = performance.now();
  }
}

async function search(job: UploadJob, { frame, timeMs, image, decodeMs }: Frame, signal: AbortSignal) {
  const isWanted = job.thumbnailSide > 0 && image.mode === 'RGB';
  const [{ timings, ...found }, thumbnail] = await Promise.all([
    searchFrame(job.detector, image, job.options, { signal, caller: job.caller }),
    isWanted ? job.detector.toThumbnail(image, job.thumbnailSide, signal) : undefined,
  ]);
  const result = { ...found, timings: { ...timings, decodeMs: timings.decodeMs + decodeMs } };
  return { kind: 'frame', frame, timeMs, result, thumbnail } as const;
}
