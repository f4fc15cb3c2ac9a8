import type { Detection } from '../../src/detections/detection.ts';
import type { AnalysedFrame } from '../../src/uploads/analysis-event.ts';
import type { CopyServices } from '../../src/video/annotated-copy.ts';
import type { SavedVideo } from '../../src/video/video-store.ts';
import { detection } from '../detections/detection-fixture.ts';

/** A saved video of which only the interesting part is given. */
export function savedVideo(part: Partial<SavedVideo>): SavedVideo {
  return {
    id: 'video',
    name: 'clip.mp4',
    sizeBytes: 7,
    addedMs: Date.now(),
    settings: { everyNth: 24, iou: 0.45 },
    uploaded: false,
    cancelled: false,
    ...part,
  };
}

/** Frame `frame` of a clip of 25 frames a second. */
export function analysedFrame(frame: number, detections: readonly Partial<Detection>[] = []): AnalysedFrame {
  return {
    frame,
    timeMs: (frame - 1) * 40,
    width: 640,
    height: 360,
    detections: detections.map((part, id) => detection({ id, ...part })),
  };
}

/** For what makes no videos. */
export const NO_COPIES: CopyServices = {
  annotate: () => Promise.reject(new Error('nobody asked for it')),
  save() {},
  remove: async () => {},
};
