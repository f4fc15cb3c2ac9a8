import { openVideo as openAnyVideo } from '@boxwire/video';
import { createReadCollector } from '../collector.ts';
import type { Detector } from '../detector/detector.ts';
import { Gate } from '../detector/gate.ts';
import { createSharedBlocks, isShared } from '../detector/shared-blocks.ts';
import type { UploadStore } from '../uploads/upload-store.ts';
import type { Analyzer } from './analysis.ts';
import { analyzeUpload, type UploadEvent, type UploadJob } from './analyze-upload.ts';
import { ProgressState, withProgress } from './progress.ts';
import type { ReusedMemory, VideoDecoding } from './uploaded-video.ts';
import type { VideoSettings } from './video-settings.ts';

export interface AnalyzerSettings extends VideoSettings {
  /** Videos that are decoded at once. */
  readonly maxAnalyses: number;
  /** Videos that may wait for that. */
  readonly maxQueue: number;
  readonly maxMessageBytes: number;
}

/** What tests replace. */
export interface AnalyzerParts {
  /** See `VideoDecoding`. */
  readonly patienceMs?: number;
  readonly turnMs?: number;
  readonly openVideo?: VideoDecoding['openVideo'];
}

/** Longer than a phone takes to change from one network to another. */
const DEFAULT_PATIENCE_MS = 30_000;
/** Far longer than it takes to start a decoder. */
const DEFAULT_TURN_MS = 10_000;

/**
 * Searches uploads. All analyses share one bound on the number of videos that are decoded at once, and one on pictures, of
 * which a few bytes of request make megabytes of memory.
 */
export function createAnalyzer(
  uploads: UploadStore,
  settings: AnalyzerSettings,
  {
    patienceMs = DEFAULT_PATIENCE_MS,
    turnMs = DEFAULT_TURN_MS,
    openVideo = openAnyVideo,
  }: AnalyzerParts = {},
): Analyzer {
  const gate = new Gate({
    capacity: settings.maxAnalyses,
    fewestFirst: true,
    maxWaiting: settings.maxQueue,
    what: 'videos',
  });
  const decoding = { settings, gate, patienceMs, turnMs, openVideo, memory: createMemory() };
  let pictures: Gate | undefined;
  /** As many as keep the detector busy, and one that is read meanwhile. */
  const openPictures = ({ concurrency }: Detector) =>
    new Gate({ capacity: concurrency + 1, maxWaiting: Number.POSITIVE_INFINITY });

  return {
    async *analyze({ uploadIds, afterSequence, ...request }, detector, signal) {
      detector.check(request.options);
      const readers = await Promise.all(uploadIds.map((id) => uploads.read(id)));
      const touch = () => {
        for (const reader of readers) reader.touch();
      };
      touch();
      pictures ??= openPictures(detector);
      let base = 0;
      for (const [uploadIndex, upload] of readers.entries()) {
        const skip = Math.max(0, afterSequence - base);
        const work = { ...request, detector, decoding, pictures, skip, touch, upload };
        const job = { ...work, maxPictureBytes: settings.maxMessageBytes };
        let last = base;
        for await (const event of runJob(job, signal)) {
          // What was ready when the call was cancelled is not told any more.
          signal.throwIfAborted();
          const sequence = 'place' in event ? base + event.place : 0;
          if (event.kind === 'summary') last = sequence;
          const isSeen = sequence > 0 && sequence <= afterSequence;
          if (!isSeen) yield { ...event, uploadIndex, sequence };
        }
        base = last;
      }
    },
  };
}

/** Workers find frames where they are; and what is read from decoders is collected like what comes from clients. */
function createMemory(): ReusedMemory {
  const blocks = createSharedBlocks();
  return {
    take: blocks.take,
    give(pixels) {
      if (isShared(pixels)) blocks.give(pixels);
    },
    arrived: createReadCollector(),
  };
}

/** One upload's events and progress. However the loop is left, nothing goes on. */
async function* runJob(
  job: Omit<UploadJob, 'progress' | 'signal'>,
  signal: AbortSignal,
): AsyncGenerator<UploadEvent | ReturnType<ProgressState['snapshot']>> {
  const left = new AbortController();
  const progress = new ProgressState(job.upload);
  let seenBytes = 0;
  const events = analyzeUpload({
    ...job,
    progress,
    signal: AbortSignal.any([signal, job.upload.gone, left.signal]),
  });
  try {
    yield* withProgress(events, progress, ({ stage, committedBytes }) => {
      const hasGrown = committedBytes > seenBytes;
      seenBytes = committedBytes;
      if (hasGrown || stage === 'analysing' || stage === 'waiting-for-turn') job.touch();
    });
  } finally {
    left.abort();
    await events.return(undefined).catch(() => {});
  }
}
