import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { AnalysedFrame, AnalysisEnd, MediaFacts } from '../uploads/analysis-event.ts';

/** How a video is analysed. */
export interface AnalysisSettings {
  /** Frames N, 2N, 3N ... counted from 1. */
  readonly everyNth: number;
  /** Boxes of one class that overlap more than this are taken for one object: 0 to 1. */
  readonly iou: number;
}

/** What is remembered of a video, besides its file and its frames. */
export interface SavedVideo {
  readonly id: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly addedMs: number;
  readonly settings: AnalysisSettings;
  readonly uploadId?: string | undefined;
  /** Whether the server has all of it. */
  readonly uploaded: boolean;
  /** Whether this browser shows its pictures; undefined when that is not known yet. */
  readonly playable?: boolean | undefined;
  readonly media?: MediaFacts | undefined;
  readonly end?: AnalysisEnd | undefined;
  /** Whether it was stopped by hand and so does not go on by itself. */
  readonly cancelled: boolean;
}

/** A frame, and the sequence behind which its analysis goes on. */
export interface SavedFrame {
  readonly sequence: number;
  readonly frame: AnalysedFrame;
}

/** Keeps videos and what was found in them across reloads, in this browser. */
export interface VideoStore {
  list(): Promise<SavedVideo[]>;
  save(video: SavedVideo): Promise<void>;
  /** @throws a DOMException named QuotaExceededError when the browser has no room for it */
  saveFile(id: string, file: File): Promise<void>;
  loadFile(id: string): Promise<File | undefined>;
  addFrames(id: string, frames: readonly SavedFrame[]): Promise<void>;
  /** In order. */
  loadFrames(id: string): Promise<SavedFrame[]>;
  clearFrames(id: string): Promise<void>;
  forget(id: string): Promise<void>;
  close(): void;
}

interface Schema extends DBSchema {
  videos: { key: string; value: SavedVideo };
  files: { key: string; value: File };
  frames: { key: [id: string, sequence: number]; value: AnalysedFrame };
}

const NAME = 'boxwire';

/** Videos are kept for so long after they were added. */
export const KEPT_MS = 7 * 24 * 3_600_000;

/**
 * Opens the browser's store and removes what is too old, or was added by a clock that ran far ahead.
 * @throws when there is none, as in some private windows
 */
export async function openVideoStore(nowMs = Date.now()): Promise<VideoStore> {
  const db = await openDB<Schema>(NAME, 1, {
    upgrade(fresh) {
      fresh.createObjectStore('videos', { keyPath: 'id' });
      fresh.createObjectStore('files');
      fresh.createObjectStore('frames');
    },
  });
  const store = createStore(db);
  const old = (await store.list()).filter(({ addedMs }) => Math.abs(nowMs - addedMs) > KEPT_MS);
  await Promise.all(old.map(({ id }) => store.forget(id)));
  return store;
}

function createStore(db: IDBPDatabase<Schema>): VideoStore {
  const framesOf = (id: string) => IDBKeyRange.bound([id, 0], [id, Number.POSITIVE_INFINITY]);
  return {
    list: async () => (await db.getAll('videos')).sort((a, b) => a.addedMs - b.addedMs),
    save: async (video) => void (await db.put('videos', video)),
    saveFile: async (id, file) => void (await db.put('files', file, id)),
    loadFile: (id) => db.get('files', id),
    async addFrames(id, frames) {
      const { store, done } = db.transaction('frames', 'readwrite');
      for (const { sequence, frame } of frames) store.put(frame, [id, sequence]);
      await done;
    },
    async loadFrames(id) {
      const { store } = db.transaction('frames');
      const [keys, frames] = await Promise.all([store.getAllKeys(framesOf(id)), store.getAll(framesOf(id))]);
      return keys.flatMap(([, sequence], index) => {
        const frame = frames[index];
        return frame ? [{ sequence, frame }] : [];
      });
    },
    clearFrames: (id) => db.delete('frames', framesOf(id)),
    async forget(id) {
      const all = db.transaction(['videos', 'files', 'frames'], 'readwrite');
      all.objectStore('videos').delete(id);
      all.objectStore('files').delete(id);
      all.objectStore('frames').delete(framesOf(id));
      await all.done;
    },
    close: () => db.close(),
  };
}
