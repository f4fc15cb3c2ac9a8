import { describe, expect, it } from 'vitest';
import { NO_FRAMES, NOTHING_ANALYSED, NOTHING_SENT, type VideoState } from '../../src/video/video-state.ts';
import {
  analysedMs,
  analysisStatus,
  isRefused,
  shortStatus,
  videoFacts,
} from '../../src/video/video-status.ts';
import { analysedFrame } from './fixtures.ts';

const MEDIA = {
  kind: 'video',
  width: 640,
  height: 360,
  codec: 'h264',
  declaredMs: 8_000,
  model: '',
} as const;

const SENT = { done: true, committedBytes: 200 };
const ANALYSING = { stage: 'analysing', timeMs: 2_500 } as const;

/** A video of which only the interesting part is given. */
function video(part: Partial<VideoState>): VideoState {
  return {
    ...{ id: 'video', name: 'clip.mp4', sizeBytes: 200, settings: { everyNth: 24, iou: 0.45 } },
    ...{ phase: 'running', playable: true, frames: NO_FRAMES, media: MEDIA },
    ...{ upload: NOTHING_SENT, analysis: NOTHING_ANALYSED },
    ...part,
  };
}

describe('analysedMs', () => {
  const frames = [analysedFrame(24), analysedFrame(48)];

  it.each<[string, Partial<VideoState>, number]>([
    ['nothing at first', {}, 0],
    ['as far as the server has looked', { frames, analysis: ANALYSING }, 2_500],
    ['what is kept after a cancel', { phase: 'cancelled', frames }, 1_880],
    ['all of it in the end', { phase: 'done', frames }, 8_000],
  ])('is %s', (_, part, expected) => expect(analysedMs(video(part), 8_000)).toBe(expected));
});

describe('shortStatus', () => {
  it.each<[Partial<VideoState>, string]>([
    [{ phase: 'done', frames: [analysedFrame(1)] }, '1 frame'],
    [{ phase: 'needs-file' }, 'Needs its file'],
    [{ upload: { done: false, committedBytes: 75 } }, 'Uploading 37%'],
    [{ analysis: { stage: 'analysing', timeMs: 2_000 } }, '25%'],
    [{ upload: SENT, analysis: { stage: 'queued', timeMs: 0 } }, 'Queued'],
    [{ upload: SENT, analysis: NOTHING_ANALYSED }, 'Starting'],
    [{ upload: SENT, analysis: { stage: 'analysing', timeMs: 0 } }, 'Starting'],
    [{ upload: SENT, media: undefined, analysis: ANALYSING, frames: [analysedFrame(24)] }, '1 frame'],
    [{ upload: { ...NOTHING_SENT, trouble: 'offline' } }, 'Waiting'],
  ])('%o', (part, text) => expect(shortStatus(video(part)).text).toBe(text));
});

describe('analysisStatus', () => {
  const frames = [analysedFrame(24)];

  it.each<[Partial<VideoState>, string]>([
    [{}, 'Analysis begins with the first bytes'],
    [{ upload: SENT }, 'Starting'],
    [{ analysis: { stage: 'waiting-for-bytes', timeMs: 0 } }, 'Waiting for more of the file'],
    [{ analysis: ANALYSING }, 'Analysing'],
    [{ analysis: ANALYSING, frames }, 'Analysing, 1 frame so far'],
  ])('%o', (part, text) => expect(analysisStatus(video(part)).text).toBe(text));
});

describe('isRefused', () => {
  const problem = { title: 'No', advice: '', canRetry: false };

  it.each<[string, Partial<VideoState>, boolean]>([
    ['what was turned away', { phase: 'failed', problem }, true],
    ['what may go well at another try', { phase: 'failed', problem: { ...problem, canRetry: true } }, false],
    ['what some was found in', { phase: 'failed', problem, frames: [analysedFrame(1)] }, false],
    ['what needs its file', { phase: 'needs-file', problem }, false],
  ])('%s', (_, part, expected) => expect(isRefused(video(part))).toBe(expected));
});

it.each<[Partial<VideoState>, string]>([
  [{}, '640 × 360 · 0:08 · 200 bytes'],
  [{ media: { ...MEDIA, declaredMs: 0 } }, '640 × 360 · 200 bytes'],
  [{ media: undefined }, '200 bytes'],
])('the facts of %j are %s', (part, expected) => expect(videoFacts(video(part))).toBe(expected));
