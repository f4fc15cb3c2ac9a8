import type { SavedFrame, SavedVideo, VideoStore } from './video-store.ts';

/** What the browser keeps of one video. What it has no room for is only missing after a reload. */
export interface KeptVideo {
  /** What is remembered of it, as far as this page knows. */
  readonly record: SavedVideo;
  readonly isForgotten: boolean;
  remember(patch: Partial<SavedVideo>): void;
  keepFile(file: File): void;
  keepFrames(frames: readonly SavedFrame[]): void;
  clearFrames(): void;
  /** Keeps nothing of what proves to be no video, and remembers no upload of it. */
  discard(): void;
  /** Removes it. Resolves when that is done; nothing is kept any more. */
  forget(): Promise<void>;
  /** The file, where it was kept, and the frames up to the first that was not. */
  load(): Promise<{ readonly file: File | undefined; readonly frames: readonly SavedFrame[] }>;
}

/** Larger files are not copied into the browser's store: after a reload they are asked for once more. */
const MOST_KEPT_BYTES = 1e9;

/** @param store undefined where the browser has none: then nothing is kept */
export function createKeptVideo(saved: SavedVideo, store: VideoStore | undefined): KeptVideo {
  const { id } = saved;
  let record = saved;
  let isForgotten = false;
  let done: Promise<void> = Promise.resolve();

  /** One after the other, in order. */
  function enqueue(action: (to: VideoStore) => Promise<void>) {
    if (store && !isForgotten) done = done.then(() => action(store)).catch(() => {});
  }

  return {
    get record() {
      return record;
    },
    get isForgotten() {
      return isForgotten;
    },
    remember(patch) {
      record = { ...record, ...patch };
      enqueue((to) => to.save(record));
    },
    keepFile(file) {
      if (file.size <= MOST_KEPT_BYTES) enqueue((to) => to.saveFile(id, file));
    },
    keepFrames: (frames) => enqueue((to) => to.addFrames(id, frames)),
    clearFrames: () => enqueue((to) => to.clearFrames(id)),
    discard() {
      record = { ...record, uploadId: undefined, uploaded: false };
      enqueue((to) => to.forget(id));
    },
    async forget() {
      enqueue((to) => to.forget(id));
      isForgotten = true;
      await done;
    },
    async load() {
      const loading = Promise.all([store?.loadFile(id), store?.loadFrames(id) ?? []]);
      const [file, frames] = await loading.catch(() => [undefined, []] as const);
      return { file, frames: withoutGap(frames) };
    },
  };
}

/** Those before the first that the browser has not kept, be it for want of room, be it since Safari's private windows do not. */
function withoutGap(frames: readonly SavedFrame[]): readonly SavedFrame[] {
  const gap = frames.findIndex(({ sequence }, index) => sequence !== index + 1);
  return gap < 0 ? frames : frames.slice(0, gap);
}
