import { createRateMeter, leftMs } from '../uploads/rate-meter.ts';
import type { VideoProgress } from './run-video.ts';
import type { AnalysisState, Trouble, UploadState, VideoState } from './video-state.ts';

interface Dependencies {
  getState(): VideoState;
  change(patch: Partial<VideoState>): void;
  isOnline(): boolean;
  /** Called when the server gave no answer. */
  onNoAnswer(): void;
}

/** What it turns into what is shown. */
export type Following = Omit<VideoProgress, 'onGone' | 'onPlayable' | 'onUploadId' | 'onUploaded'>;

/** Turns what happens to a video into what is shown of it: how far, how fast, how long still. */
export function followProgress({ getState, change, isOnline, onNoAnswer }: Dependencies): Following {
  const [bytes, frames, time] = [createRateMeter(), createRateMeter(), createRateMeter()];
  let analysed = 0;

  const upload = (patch: Partial<UploadState>) => change({ upload: { ...getState().upload, ...patch } });
  const analysis = (patch: Partial<AnalysisState>) =>
    change({ analysis: { ...getState().analysis, ...patch } });

  function troubleOf(error: unknown): Trouble | undefined {
    if (error === undefined) return undefined;
    onNoAnswer();
    return isOnline() ? 'no-server' : 'offline';
  }

  function measure(timeMs: number) {
    const nowMs = performance.now();
    frames.note(analysed, nowMs);
    time.note(timeMs, nowMs);
    const durationMs = getState().media?.declaredMs ?? 0;
    const rest = durationMs > 0 ? leftMs(durationMs - timeMs, time.perSecond()) : undefined;
    analysis({ timeMs, framesPerSecond: frames.perSecond(), leftMs: rest });
  }

  return {
    onCommitted(committedBytes) {
      bytes.note(committedBytes, performance.now());
      const bytesPerSecond = bytes.perSecond();
      const rest = leftMs(getState().sizeBytes - committedBytes, bytesPerSecond);
      upload({ committedBytes, bytesPerSecond, leftMs: rest });
    },
    onUploadTrouble(error) {
      bytes.reset();
      upload({ trouble: troubleOf(error), bytesPerSecond: undefined, leftMs: undefined });
    },
    onAnalysisTrouble(error) {
      const trouble = troubleOf(error);
      if (trouble === getState().analysis.trouble) return;
      for (const meter of [frames, time]) meter.reset();
      analysis({ trouble, framesPerSecond: undefined, leftMs: undefined });
    },
    onAnalysisTurn(waiting) {
      for (const meter of [frames, time]) meter.reset();
      analysis({ stage: waiting ? 'queued' : 'none', framesPerSecond: undefined, leftMs: undefined });
    },
    onEvent({ event }) {
      if (event.kind === 'progress') {
        analysis({ stage: event.stage });
        measure(event.timeMs);
      } else if (event.kind === 'frame') {
        analysed++;
        if (getState().analysis.stage !== 'analysing') analysis({ stage: 'analysing' });
        measure(event.frame.timeMs);
      }
    },
  };
}
