import { formatBytes } from '../image/picture-file.ts';
import type { Trouble, VideoState } from './video-state.ts';
import { formatClock, formatFps, formatLeft } from './words.ts';

/** How far something has come, in words and, where that is known, as a share of 0 to 1. */
export interface Status {
  readonly text: string;
  readonly share?: number | undefined;
  /** How fast and how long still; may be empty. */
  readonly detail: string;
}

const TROUBLE: Record<Trouble, string> = {
  offline: 'Offline. It goes on by itself when the network is back',
  'no-server': 'The server does not answer. It goes on by itself when it is back',
};

/** How far the file has gone to the server; undefined when it is there. */
export function uploadStatus({ upload, sizeBytes }: VideoState): Status | undefined {
  if (upload.done) return undefined;
  const share = upload.committedBytes / sizeBytes;
  if (upload.trouble) return { text: TROUBLE[upload.trouble], share, detail: '' };
  const text = `Uploading, ${formatBytes(upload.committedBytes)} of ${formatBytes(sizeBytes)}`;
  const rate = upload.bytesPerSecond;
  return { text, share, detail: join(rate && `${formatBytes(rate)}/s`, left(upload.leftMs)) };
}

/** How far the analysis has come. */
export function analysisStatus({ analysis, media, frames, upload }: VideoState): Status {
  const share = media && media.declaredMs > 0 ? Math.min(analysis.timeMs / media.declaredMs, 1) : undefined;
  if (analysis.trouble) return { text: TROUBLE[analysis.trouble], share, detail: '' };
  const found = frames.length > 0 && countFrames(frames.length);
  switch (analysis.stage) {
    case 'none':
      return {
        text: upload.committedBytes > 0 ? 'Starting' : 'Analysis begins with the first bytes',
        share,
        detail: '',
      };
    case 'queued':
      return { text: 'Waiting for its turn among the other videos', share, detail: '' };
    case 'waiting-for-turn':
      return { text: 'The server is busy with other videos and comes to this one next', share, detail: '' };
    case 'waiting-for-upload':
      return { text: 'This file can only be analysed when all of it is there', detail: '' };
    case 'waiting-for-bytes':
      return {
        text: found ? `${found} analysed, as far as it is uploaded` : 'Waiting for more of the file',
        share,
        detail: '',
      };
    case 'analysing': {
      const rate = analysis.framesPerSecond;
      const detail = join(rate && `${formatFps(rate)} frames/s`, left(analysis.leftMs));
      return { text: found ? `Analysing, ${found} so far` : 'Analysing', share, detail };
    }
  }
}

/** What is known of a file: "1280 × 720 · 0:08 · 1.2 MB". */
export function videoFacts({ sizeBytes, media }: VideoState): string {
  const facts = [formatBytes(sizeBytes)];
  if (media && media.declaredMs > 0) facts.unshift(formatClock(media.declaredMs));
  if (media) facts.unshift(`${media.width} × ${media.height}`);
  return facts.join(' · ');
}

/** As the file says; where it does not, as far as it was read. */
export function videoDurationMs({ media, end, frames }: VideoState): number {
  return Math.max(media?.declaredMs ?? 0, end?.timeMs ?? 0, frames.at(-1)?.timeMs ?? 0);
}

/** How much of it is analysed, from its start: what is kept of an analysis that ended early counts. */
export function analysedMs(video: VideoState, durationMs: number): number {
  if (video.phase === 'done') return durationMs;
  return Math.max(video.analysis.timeMs, video.frames.at(-1)?.timeMs ?? 0);
}

/** Whether a file was turned away, so that there is nothing to play or to analyse. */
export function isRefused({ phase, problem, frames }: VideoState): boolean {
  return phase === 'failed' && problem?.canRetry === false && frames.length === 0;
}

/** One video in a few characters. */
export function shortStatus(video: VideoState): Pick<Status, 'text' | 'share'> {
  switch (video.phase) {
    case 'opening':
      return { text: '' };
    case 'done':
      return { text: countFrames(video.frames.length) };
    case 'cancelled':
      return { text: 'Cancelled' };
    case 'failed':
      return { text: 'Failed' };
    case 'needs-file':
      return { text: 'Needs its file' };
    case 'running':
      return runningStatus(video);
  }
}

function runningStatus(video: VideoState): Pick<Status, 'text' | 'share'> {
  if (video.upload.trouble || video.analysis.trouble) return { text: 'Waiting' };
  const { share } = analysisStatus(video);
  if (share) return { text: `${Math.floor(share * 100)}%`, share };
  const upload = uploadStatus(video);
  if (upload) return { text: `Uploading ${Math.floor((upload.share ?? 0) * 100)}%`, share: upload.share };
  if (['queued', 'waiting-for-turn'].includes(video.analysis.stage)) return { text: 'Queued' };
  return { text: video.frames.length > 0 ? countFrames(video.frames.length) : 'Starting' };
}

/** "1 frame", "12 frames". */
export function countFrames(count: number): string {
  return count === 1 ? '1 frame' : `${count.toLocaleString('en')} frames`;
}

function left(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : `${formatLeft(ms)} left`;
}

function join(...parts: readonly (string | number | undefined)[]): string {
  return parts.filter(Boolean).join(', ');
}
