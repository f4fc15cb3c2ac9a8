import { openVideo, type Video } from '@boxwire/video';
import { onTestFinished } from 'vitest';
import { writeAvi } from '../../../../packages/video/test/avi.ts';
import { describeDecoders } from '../../../../packages/video/test/shared-files.ts';
import type { AnalysisEvent, AnalysisRequest } from '../../src/analysis/analysis.ts';
import { type AnalyzerParts, createAnalyzer } from '../../src/analysis/create-analyzer.ts';
import type { Settings } from '../../src/config.ts';
import { UploadStore } from '../../src/uploads/upload-store.ts';
import { createFakeDetector } from '../rpc/fake-detector.ts';
import { testSettings } from '../rpc/harness.ts';

/** How many frames the clips have that are made here. */
export const FRAMES = 30;
/** How many of them are chosen where every third is: 3, 6, ... 30. */
export const CHOSEN = FRAMES / 3;
/** A clip whose frames come ten a second. */
export const clip = writeAvi({ width: 96, height: 64, frames: FRAMES, framesPerSecond: 10 });

/** A suite for each decoder, with what starts an analyzer that uses it. */
export function describeAnalyzers(name: string, suite: (start: typeof startAnalyzer) => void): void {
  describeDecoders(name, (videoDecoder) =>
    suite((overrides, parts) => startAnalyzer({ videoDecoder, ...overrides }, parts)),
  );
}

/** Uploads and analyses of this process, with a detector that answers at once unless it is told otherwise. */
export function startAnalyzer(overrides: Partial<Settings> = {}, parts: AnalyzerParts = {}) {
  const settings = testSettings(overrides);
  const store = new UploadStore({ ...settings, maxPieceBytes: 2 ** 20 });
  onTestFinished(() => store.close());
  const detector = createFakeDetector();
  detector.answerAll();
  const videos: Video[] = [];
  const counter = { openings: 0 };
  const analyzer = createAnalyzer(store, settings, {
    openVideo: async (...args) => {
      counter.openings++;
      const video = await openVideo(...args);
      videos.push(video);
      return video;
    },
    ...parts,
  });

  /** Announces a file and sends the first `sent` bytes of it. */
  async function begin(bytes: Uint8Array, name = 'clip.avi', sent = bytes.length) {
    const { id } = await store.create({ name, sizeBytes: bytes.length, mediaType: '' });
    const send = async (to: number) => {
      for (let { committedBytes } = await store.get(id); committedBytes < to; ) {
        committedBytes = await store.put(
          id,
          committedBytes,
          bytes.subarray(committedBytes, Math.min(to, committedBytes + 2 ** 20)),
        );
      }
    };
    await send(Math.floor(sent));
    return { id, send };
  }

  function analyze(
    request: Partial<AnalysisRequest> & Pick<AnalysisRequest, 'uploadIds'>,
    signal?: AbortSignal,
  ) {
    const whole = { options: {}, choice: { everyNth: 3 }, afterSequence: 0, thumbnailSide: 0, ...request };
    return analyzer.analyze(whole, detector, signal ?? new AbortController().signal);
  }

  return { settings, store, detector, analyzer, videos, counter, begin, analyze };
}

/** What has a sequence, without its timings. */
export async function numbered(events: AsyncIterable<AnalysisEvent>) {
  const all = [];
  for await (const event of events) if (event.sequence > 0) all.push(outline(event));
  return all;
}

/** An event as tests compare them. */
export function outline(event: AnalysisEvent) {
  const { uploadIndex, sequence } = event;
  if (event.kind === 'frame') {
    const { frame, timeMs, result } = event;
    return { uploadIndex, sequence, frame, timeMs, boxes: result.detections };
  }
  if (event.kind !== 'summary') return { uploadIndex, sequence };
  const { frames, searchedFrames, timeMs, error } = event;
  return { uploadIndex, sequence, frames, searchedFrames, timeMs, error: error?.message };
}
