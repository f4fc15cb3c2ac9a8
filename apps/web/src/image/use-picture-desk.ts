import type { Transport } from '@connectrpc/connect';
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { loadPart, loadPersistently, PART_PROBLEM, PartError } from '../problems/load-part.ts';
import type { Problem } from '../problems/problem.ts';
import type { ServedModel } from '../server/server-status.ts';
import { createPictureDesk, type DeskState, EMPTY_DESK, type PictureDesk } from './picture-desk.ts';
import { VIDEO_PROBLEM, VideoError } from './problem-with-file.ts';
import { USUAL_MAX_DETECTIONS } from './raw-options.ts';

interface Options {
  readonly transport: Transport;
  readonly serverUrl: string;
  readonly model: ServedModel | undefined;
  readonly onNoAnswer: () => void;
}

/** What makes single calls, and what explains why they fail: by then it may be too late to fetch that. */
export const loadCalls = () =>
  Promise.all([import('./search-picture.ts'), import('../problems/problem-from-error.ts')]);

const loadBatch = () => import('./search-batch.ts');

const loadAll = () => Promise.all([loadCalls(), loadBatch(), import('../server/transport.ts')]);

/** The page's pictures and where they stand. What makes calls is fetched with the first of them. */
export function usePictureDesk({ transport, serverUrl, model, onNoAnswer }: Options): {
  desk: PictureDesk;
  state: DeskState;
} {
  const limit = useRef(USUAL_MAX_DETECTIONS);
  const desk = useMemo(() => {
    let isPartMissing = false;
    async function retryWithParts() {
      if (isPartMissing) return;
      isPartMissing = true;
      await loadPersistently(loadAll);
      isPartMissing = false;
      made.retryUnanswered();
    }
    const made = createPictureDesk({
      async searchOne(file, signal) {
        const [{ searchPicture }] = await loadPart(loadCalls);
        return searchPicture(transport, file, limit.current, signal);
      },
      async searchBatch(members, follower) {
        const { searchBatch } = await loadPart(loadBatch);
        return searchBatch(transport, members, limit.current, follower);
      },
      async askForOverlap(file, iou, signal) {
        const [{ askForOverlap }] = await loadPart(loadCalls);
        return askForOverlap(transport, file, limit.current, iou, signal);
      },
      async explain(error) {
        const problem = await explain(error, serverUrl).catch(() => PART_PROBLEM);
        if (problem === PART_PROBLEM) void retryWithParts();
        else if (problem.noAnswer) onNoAnswer();
        return problem;
      },
    });
    return made;
  }, [transport, serverUrl, onNoAnswer]);
  const ready = model !== undefined;
  useEffect(() => {
    limit.current = Math.min(model?.maxDetections ?? USUAL_MAX_DETECTIONS, USUAL_MAX_DETECTIONS);
  }, [model]);
  useEffect(() => {
    if (!ready) return;
    desk.retryUnanswered();
    // A server on this device was ready all the time.
    addEventListener('online', desk.retryUnanswered);
    return () => removeEventListener('online', desk.retryUnanswered);
  }, [ready, desk]);
  const state = useSyncExternalStore(desk.subscribe, desk.getState, () => EMPTY_DESK);
  return { desk, state };
}

async function explain(error: unknown, serverUrl: string): Promise<Problem> {
  if (error instanceof PartError) return PART_PROBLEM;
  if (error instanceof VideoError) return VIDEO_PROBLEM;
  const { problemFromError } = await import('../problems/problem-from-error.ts');
  return problemFromError(error, serverUrl);
}
