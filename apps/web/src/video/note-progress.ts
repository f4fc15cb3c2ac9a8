import type { PacedState } from '../shell/paced-state.ts';
import type { Following } from './follow-progress.ts';
import type { KeptVideo } from './kept-video.ts';
import type { VideoProgress } from './run-video.ts';
import { NOTHING_SENT, type VideoState } from './video-state.ts';
import type { SavedFrame } from './video-store.ts';

interface Notes {
  readonly kept: KeptVideo;
  readonly state: PacedState<VideoState>;
  readonly following: Following;
  /** Called for each frame that was found, in order. */
  onFrame(found: SavedFrame): void;
}

/** Writes down what a run tells of a video: for those who look at it, and for after a reload. */
export function noteProgress({ kept, state, following, onFrame }: Notes): VideoProgress {
  return {
    ...following,
    onUploadId: (uploadId) => uploadId !== kept.record.uploadId && kept.remember({ uploadId }),
    onPlayable(playable) {
      state.change({ playable });
      kept.remember({ playable });
    },
    onUploaded() {
      state.change({ upload: { done: true, committedBytes: kept.record.sizeBytes } });
      kept.remember({ uploaded: true });
    },
    onGone() {
      state.change({ upload: NOTHING_SENT });
      kept.remember({ uploaded: false });
    },
    onEvent(numbered) {
      const { event, sequence } = numbered;
      if (event.kind === 'frame') onFrame({ sequence, frame: event.frame });
      if (event.kind === 'media') {
        state.change({ media: event.media });
        kept.remember({ media: event.media });
      }
      if (event.kind === 'end') {
        state.change({ end: event.end });
        kept.remember({ end: event.end });
      }
      following.onEvent(numbered);
    },
  };
}
