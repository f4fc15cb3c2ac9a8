// Video jobs with a server in memory, and a browser of their own for each test.
import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import { AnalysisService, type MediaInfo_Kind } from '@boxwire/proto/boxwire/v1/analysis_service';
import { UploadService } from '@boxwire/proto/boxwire/v1/upload_service';
import { createClient } from '@connectrpc/connect';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import type { Pause } from '../../../src/uploads/passing.ts';
import { createSlots, type Slots } from '../../../src/uploads/slots.ts';
import { createVideoJob, type VideoJob } from '../../../src/video/video-job.ts';
import type { VideoPhase } from '../../../src/video/video-state.ts';
import { openVideoStore, type SavedVideo, type VideoStore } from '../../../src/video/video-store.ts';
import { createFakeAnalysis, type OnTheWay } from '../../uploads/fake-analysis.ts';
import { type Around, createFakeUploads } from '../../uploads/fake-server.ts';
import { NO_COPIES, savedVideo } from '../fixtures.ts';

export const CONTENT = Uint8Array.from({ length: 450 }, (_, index) => index & 255);
export const FILE = new File([CONTENT], 'clip.mp4', { type: 'video/mp4' });
export const SAVED = savedVideo({ sizeBytes: CONTENT.length });

/** Of the browser that the test has for itself. */
export let store: VideoStore;

beforeEach(async () => {
  globalThis.indexedDB = new IDBFactory();
  store = await openVideoStore();
});

afterEach(() => store.close());

interface Faults {
  readonly frames?: number;
  readonly onTheWay?: OnTheWay;
  readonly around?: Around;
  readonly pause?: Pause;
  readonly canPlay?: () => Promise<boolean>;
  readonly kind?: MediaInfo_Kind;
  readonly streamSlots?: Slots;
}

const noPause: Pause = async (_, signal) => signal.throwIfAborted();

/** What opens jobs whose server and browser have these faults. */
export function setUp(faults: Faults = {}) {
  const { frames = 4, onTheWay, around, pause = noPause, canPlay = async () => true, kind } = faults;
  const { streamSlots = createSlots('streams', 2, null) } = faults;
  const uploads = createFakeUploads();
  const analyses = createFakeAnalysis(frames, onTheWay, kind);
  const noAnswer = vi.fn();
  const open = (saved: SavedVideo = SAVED, file: File | 'from the store' = FILE) =>
    createVideoJob(saved, file === 'from the store' ? undefined : file, {
      uploads: createClient(UploadService, uploads.transport(around)),
      analyses: createClient(AnalysisService, analyses.transport),
      pieceSlots: createSlots('pieces', 2, null),
      streamSlots,
      pause,
      store,
      canPlay,
      copies: NO_COPIES,
      isOnline: () => true,
      onNoAnswer: noAnswer,
    });
  return { uploads, analyses, noAnswer, open };
}

export const reaches = (job: VideoJob, phase: VideoPhase) =>
  vi.waitFor(() => expect(job.getState().phase).toBe(phase));

export const frameNumbers = (job: VideoJob) => job.getState().frames.map(({ frame }) => frame);

/** Holds calls of a method back until it is opened. */
export function gate(method: string, from = 1) {
  const { promise, resolve: open } = Promise.withResolvers<void>();
  let calls = 0;
  const around: Around = async (name, go) => {
    if (name === method && ++calls >= from) await promise;
    return go();
  };
  return { around, open, calls: () => calls };
}
