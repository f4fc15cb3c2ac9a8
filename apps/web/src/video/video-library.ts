import { withOwnNames } from '../files/path-names.ts';
import { createListeners } from '../shell/listeners.ts';
import { randomId } from '../shell/random-id.ts';
import type { Tab } from '../shell/tab.ts';
import { ownVideo } from './own-video.ts';
import { createVideoJob, type VideoJob, type VideoJobDependencies } from './video-job.ts';
import type { AnalysisSettings, SavedVideo, VideoStore } from './video-store.ts';

/** The videos of this page, and the one in front. */
export interface LibraryState {
  /** Whether what is known from before has been read. */
  readonly ready: boolean;
  /** In the order in which they came. */
  readonly jobs: readonly VideoJob[];
  readonly selectedId: string | undefined;
}

/** All videos of this page: each goes on by itself, whichever is looked at. */
export interface VideoLibrary {
  subscribe(listener: () => void): () => void;
  getState(): LibraryState;
  /** Takes videos; those that a known one misses are given to it. The first of them comes to the front. */
  add(files: readonly File[], settings: AnalysisSettings): Promise<void>;
  select(id: string): void;
  forget(id: string): void;
  /** Forgets those that belong in another tab. @returns their files */
  takeFor(tab: Tab): readonly File[];
  /** Goes on with those that the server would not answer. */
  retryUnanswered(): void;
  /** Goes on with what is known from before. */
  open(): Promise<void>;
}

export interface VideoLibraryDependencies extends Omit<VideoJobDependencies, 'store'> {
  openStore(): Promise<VideoStore>;
  /** Undefined where browsers have none, on addresses without TLS. */
  readonly locks: LockManager | undefined;
}

/** Videos that another tab has are not waited for before the others are shown. */
const OWN_TIMEOUT_MS = 500;

/** What is shown before the browser's store has been read. */
export const EMPTY_LIBRARY: LibraryState = { ready: false, jobs: [], selectedId: undefined };

export function createVideoLibrary(dependencies: VideoLibraryDependencies): VideoLibrary {
  const { openStore, locks } = dependencies;
  const listeners = createListeners();
  let state = EMPTY_LIBRARY;
  let store: VideoStore | undefined;

  function show(patch: Partial<LibraryState>) {
    state = { ...state, ...patch };
    listeners.tell();
  }

  function begin(saved: SavedVideo, file?: File): VideoJob {
    const job = createVideoJob(saved, file, { ...dependencies, store });
    show({ jobs: [...state.jobs, job], selectedId: state.selectedId ?? job.id });
    return job;
  }

  const own = (id: string, action: () => void | Promise<void>) =>
    ownVideo(locks, id, action, () => state.jobs.some((job) => job.id === id));

  async function readStore() {
    store = await openStore().catch(() => undefined);
    const known = (await store?.list().catch(() => [])) ?? [];
    const owned = known.map(({ id }) =>
      own(id, async () => {
        // Another tab may have had it meanwhile, and have gone on with it or forgotten it.
        const saved = (await store?.list())?.find((video) => video.id === id);
        if (saved) begin(saved);
      }),
    );
    await Promise.race([Promise.all(owned), new Promise((resolve) => setTimeout(resolve, OWN_TIMEOUT_MS))]);
    show({ ready: true });
  }
  let reading: Promise<void> | undefined;
  const open = () => {
    reading ??= readStore();
    return reading;
  };

  function forget(id: string) {
    const index = state.jobs.findIndex((job) => job.id === id);
    const jobs = state.jobs.filter((job) => job.id !== id);
    void state.jobs[index]?.forget();
    const next = jobs[index] ?? jobs.at(-1);
    show({ jobs, selectedId: state.selectedId === id ? next?.id : state.selectedId });
  }

  return {
    subscribe: listeners.subscribe,
    getState: () => state,
    async add(files, settings) {
      await open();
      const nowMs = Date.now();
      const jobs = files.map((given, index) => {
        const missing = state.jobs.find((job) => job.giveFile(given));
        if (missing) return missing;
        const taken = state.jobs.map((job) => job.getState().name);
        const [file = given] = withOwnNames([given], taken);
        // Those that come together keep their order.
        const saved = describe(file, settings, nowMs + index);
        void own(saved.id, () => {});
        return begin(saved, file);
      });
      if (jobs[0]) show({ selectedId: jobs[0].id });
    },
    select: (selectedId) => show({ selectedId }),
    forget,
    takeFor(tab) {
      const taken = state.jobs
        .map((job) => job.getState())
        .filter(({ problem }) => problem?.belongsIn === tab);
      for (const { id } of taken) forget(id);
      return taken.flatMap(({ file }) => file ?? []);
    },
    retryUnanswered() {
      for (const job of state.jobs) if (job.getState().problem?.noAnswer) job.resume();
    },
    open,
  };
}

function describe({ name, size: sizeBytes }: File, settings: AnalysisSettings, addedMs: number): SavedVideo {
  return { id: randomId(), name, sizeBytes, addedMs, settings, uploaded: false, cancelled: false };
}
