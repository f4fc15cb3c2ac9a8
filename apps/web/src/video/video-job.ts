import { ownName, withoutNumber } from '../files/path-names.ts';
import type { Problem } from '../problems/problem.ts';
import { createPacedState } from '../shell/paced-state.ts';
import { callPatiently, pauseForConnection } from '../uploads/passing.ts';
import { type AnnotatedCopy, type CopyServices, createAnnotatedCopy } from './annotated-copy.ts';
import { followProgress } from './follow-progress.ts';
import { createKeptVideo } from './kept-video.ts';
import { noteProgress } from './note-progress.ts';
import { runVideo, type VideoServices } from './run-video.ts';
import { FILE_NEEDED, problemFromEnd, problemFromError, problemWithFile } from './video-problem.ts';
import { NO_FRAMES, NOTHING_ANALYSED, NOTHING_SENT, type VideoState } from './video-state.ts';
import type { AnalysisSettings, SavedFrame, SavedVideo, VideoStore } from './video-store.ts';

/** One video on its way: uploaded, analysed, remembered. */
export interface VideoJob {
  readonly id: string;
  /** The video with its boxes, when that is asked for. */
  readonly copy: AnnotatedCopy;
  subscribe(listener: () => void): () => void;
  getState(): VideoState;
  /** Ends it here and on the server. What was found is kept. */
  cancel(): void;
  /** Goes on after a failure or a cancel. */
  resume(): void;
  /** Forgets what was found and analyses it in another way. */
  analyseAgain(settings: AnalysisSettings): void;
  /** Gives it the file that the browser did not keep. @returns whether it misses one, and this is the same */
  giveFile(file: File): boolean;
  /** Notes that the browser does not show its pictures after all: the next analysis sends small ones. */
  cannotPlay(): void;
  /** Ends it and removes every trace, here and on the server. */
  forget(): Promise<void>;
}

export interface VideoJobDependencies extends VideoServices {
  /** Undefined where the browser has none: then nothing is kept. */
  readonly store: VideoStore | undefined;
  readonly copies: CopyServices;
  isOnline(): boolean;
  /** Called when the server gave no answer. */
  onNoAnswer(): void;
}

/** How often listeners are told of progress, and how often found frames are kept. */
const BEAT_MS = 150;

/** How long it is tried to tell the server that a file is not needed any more; it expires there anyway. */
const DELETE_TIMEOUT_MS = 120_000;

/**
 * A video that goes on by itself from where it is.
 *
 * @param file of a video that was just chosen; undefined for one that the store knows from before
 */
export function createVideoJob(
  saved: SavedVideo,
  file: File | undefined,
  dependencies: VideoJobDependencies,
): VideoJob {
  const kept = createKeptVideo(saved, dependencies.store);
  const copy = createAnnotatedCopy(dependencies.copies);
  const state = createPacedState(initialState(saved, file), BEAT_MS, takeFound);
  const { change } = state;
  let found: SavedFrame[] = [];
  let sequence = 0;
  let run = new AbortController();

  /** Keeps what has been found since the last time. */
  function takeFound({ frames }: VideoState): Partial<VideoState> | undefined {
    if (found.length === 0) return undefined;
    const fresh = found;
    found = [];
    kept.keepFrames(fresh);
    return { frames: [...frames, ...fresh.map(({ frame }) => frame)] };
  }

  function take(given: File) {
    change({ file: given, url: URL.createObjectURL(given) });
  }

  const progress = noteProgress({
    ...{ kept, state },
    following: followProgress({ ...dependencies, getState: () => state.now, change }),
    onFrame(one) {
      sequence = one.sequence;
      found.push(one);
    },
  });

  async function go() {
    if (kept.isForgotten) return;
    run.abort();
    run = new AbortController();
    const { signal } = run;
    change({ phase: 'running', problem: undefined, ...withoutTrouble(state.now) });
    state.show();
    const { name, uploadId, uploaded, settings, playable } = kept.record;
    const known = { name, uploadId, uploaded, settings, playable };
    const source = { ...known, file: state.now.file, afterSequence: sequence };
    const patch = await runVideo(dependencies, source, progress, signal).then(
      (ended): Partial<VideoState> =>
        ended ? endOf(state.now) : { phase: 'needs-file', problem: FILE_NEEDED },
      (error): Partial<VideoState> => ({ phase: 'failed', problem: problemFromError(error) }),
    );
    // An aborted run has nothing to say any more.
    if (signal.aborted) return;
    // The file was given to it while the server still had its own.
    if (patch.phase === 'needs-file' && state.now.file) return void go();
    if (patch.problem?.noAnswer) dependencies.onNoAnswer();
    if (patch.problem?.belongsIn) refuse(patch.problem);
    change(patch);
    state.show();
  }

  /** Keeps nothing of what proves to be no video, here and on the server. */
  function refuse(problem: Problem) {
    refusal = problem;
    run.abort();
    deleteUpload();
    kept.discard();
    // That a browser does not play it tells nothing.
    change({ playable: true, upload: NOTHING_SENT, analysis: NOTHING_ANALYSED });
  }

  /** Reads what is known from before, and goes on. */
  async function open() {
    const { file: before, frames } = await kept.load();
    if (kept.isForgotten) return;
    if (before) take(before);
    sequence = frames.length;
    change({ frames: frames.map(({ frame }) => frame) });
    const { end, cancelled } = kept.record;
    if (end && end.analysedFrames <= frames.length) change(endOf(state.now));
    else if (cancelled) change({ phase: 'cancelled' });
    else {
      change({ end: undefined });
      return go();
    }
    state.show();
  }

  /** The server keeps no file that nobody wants. */
  function deleteUpload() {
    const { uploadId: id } = kept.record;
    if (!id) return;
    const signal = AbortSignal.timeout(DELETE_TIMEOUT_MS);
    const patience = { pause: dependencies.pause ?? pauseForConnection, signal, onTrouble() {} };
    callPatiently(() => dependencies.uploads.deleteUpload({ id }, { signal }), patience).catch(() => {});
  }

  let refusal = file && problemWithFile(file);

  function start() {
    if (refusal) return change({ phase: 'failed', problem: refusal });
    if (!file) return void open();
    kept.remember({});
    kept.keepFile(file);
    void go();
  }
  start();

  return {
    id: saved.id,
    copy,
    subscribe: state.subscribe,
    getState: () => state.shown,
    cancel() {
      run.abort();
      deleteUpload();
      kept.remember({ cancelled: true, uploadId: undefined, uploaded: false });
      change({ phase: 'cancelled', upload: NOTHING_SENT, analysis: { ...NOTHING_ANALYSED } });
      state.show();
    },
    resume() {
      kept.remember({ cancelled: false, end: undefined });
      change({ end: undefined });
      void go();
    },
    analyseAgain(settings) {
      if (refusal) return;
      run.abort();
      [sequence, found] = [0, []];
      kept.remember({ settings, cancelled: false, end: undefined });
      kept.clearFrames();
      change({ settings, frames: NO_FRAMES, end: undefined, analysis: NOTHING_ANALYSED });
      void go();
    },
    giveFile(given) {
      const isMissing = state.now.file === undefined && state.now.phase !== 'opening';
      const isSame =
        given.size === saved.sizeBytes && withoutNumber(given.name) === withoutNumber(ownName(saved.name));
      if (!isMissing || !isSame) return false;
      take(given);
      kept.keepFile(given);
      if (state.now.phase === 'needs-file') void go();
      else state.show();
      return true;
    },
    cannotPlay() {
      // What is refused is no video in the first place, and nothing of it is kept.
      if (refusal) return;
      change({ playable: false });
      kept.remember({ playable: false });
      state.show();
    },
    async forget() {
      run.abort();
      copy.forget();
      state.stop();
      deleteUpload();
      if (state.now.url) URL.revokeObjectURL(state.now.url);
      await kept.forget();
    },
  };
}

function initialState(saved: SavedVideo, file: File | undefined): VideoState {
  const { id, name, sizeBytes, settings, media, end, uploaded, playable = true } = saved;
  return {
    ...{ id, name, sizeBytes, settings, media, end, playable, file, phase: 'opening', frames: NO_FRAMES },
    url: file && URL.createObjectURL(file),
    upload: uploaded ? { done: true, committedBytes: sizeBytes } : NOTHING_SENT,
    analysis: NOTHING_ANALYSED,
  };
}

/** What an earlier run waited for is not waited for any more. */
function withoutTrouble({ upload, analysis }: VideoState): Pick<VideoState, 'upload' | 'analysis'> {
  return { upload: { ...upload, trouble: undefined }, analysis: { ...analysis, trouble: undefined } };
}

/** A file that breaks off is a failure, whatever was found before. */
function endOf({ end }: VideoState): Partial<VideoState> {
  const problem = end && problemFromEnd(end);
  return problem ? { phase: 'failed', problem } : { phase: 'done', problem: undefined };
}
