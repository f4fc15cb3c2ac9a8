import { AnalysisService } from '@boxwire/proto/boxwire/v1/analysis_service';
import { UploadService } from '@boxwire/proto/boxwire/v1/upload_service';
import { createClient, type Transport } from '@connectrpc/connect';
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { saveFile } from '../detections/export/save-file.ts';
import { PIECE_SLOTS, STREAM_SLOTS } from '../uploads/page-slots.ts';
import { canPlay } from './can-play.ts';
import { removeOldScratchFiles, removeScratchFile } from './scratch-file.ts';
import type { VideoJob } from './video-job.ts';
import { createVideoLibrary, EMPTY_LIBRARY, type LibraryState, type VideoLibrary } from './video-library.ts';
import type { VideoState } from './video-state.ts';
import { openVideoStore } from './video-store.ts';

/**
 * The page's videos and where they stand.
 *
 * @param transport and `onNoAnswer` must stay the same between renders
 * @param ready whether the server answers
 */
export function useVideoLibrary(
  transport: Transport,
  onNoAnswer: () => void,
  ready: boolean,
): { library: VideoLibrary; state: LibraryState } {
  const [library] = useState(() =>
    createVideoLibrary({
      uploads: createClient(UploadService, transport),
      analyses: createClient(AnalysisService, transport),
      streamSlots: STREAM_SLOTS,
      pieceSlots: PIECE_SLOTS,
      locks: globalThis.navigator?.locks,
      openStore: openVideoStore,
      canPlay,
      copies: {
        annotate: async (task) => (await import('./annotate-video.ts')).annotateVideo(task),
        save: saveFile,
        remove: ({ name }) => removeScratchFile(name),
      },
      isOnline: () => navigator.onLine,
      onNoAnswer,
    }),
  );
  useEffect(() => {
    void library.open();
    // A browser that refuses has nothing to remove either.
    removeOldScratchFiles().catch(() => {});
  }, [library]);
  useEffect(() => {
    if (ready) library.retryUnanswered();
  }, [library, ready]);
  const state = useSyncExternalStore(library.subscribe, library.getState, () => EMPTY_LIBRARY);
  return { library, state };
}

const NO_SUBSCRIPTION = () => () => {};

/** Where one video stands. */
export function useVideoState(job: VideoJob | undefined): VideoState | undefined {
  const read = useCallback(() => job?.getState(), [job]);
  return useSyncExternalStore(job?.subscribe ?? NO_SUBSCRIPTION, read, () => undefined);
}
