import type { Transport } from '@connectrpc/connect';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { loadPart, loadPersistently, PART_PROBLEM, PartError } from '../problems/load-part.ts';
import type { Problem } from '../problems/problem.ts';
import type { ServedModel } from '../server/server-status.ts';
import { deleteOnLeaving } from '../uploads/delete-on-leaving.ts';
import { PAGE_UPLOADS } from '../uploads/page-uploads.ts';
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

/**
 * The page's pictures and where they stand. What makes calls is fetched with the first of them.
 *
 * @param options of which all but the model must stay the same between renders
 */
export function usePictureDesk(options: Options): { desk: PictureDesk; state: DeskState } {
  const { transport, serverUrl, model } = options;
  const limit = useRef(USUAL_MAX_DETECTIONS);
  const [desk] = useState(() => createDesk(options, () => limit.current));
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
  useEffect(() => {
    if (ready && PAGE_UPLOADS.hasLeft()) void deleteLeft(transport);
  }, [ready, transport]);
  useEffect(() => {
    // One that may come back needs them.
    const leave = ({ persisted }: PageTransitionEvent) =>
      persisted || deleteOnLeaving(serverUrl, PAGE_UPLOADS);
    addEventListener('pagehide', leave);
    return () => removeEventListener('pagehide', leave);
  }, [serverUrl]);
  const state = useSyncExternalStore(desk.subscribe, desk.getState, () => EMPTY_DESK);
  return { desk, state };
}

function createDesk({ transport, serverUrl, onNoAnswer }: Options, maxDetections: () => number): PictureDesk {
  let isPartMissing = false;
  const desk = createPictureDesk({
    async searchOne(file, signal) {
      const [{ searchPicture }] = await loadPart(loadCalls);
      return searchPicture(transport, file, maxDetections(), signal);
    },
    async searchBatch(members, follower) {
      const { searchBatch } = await loadPart(loadBatch);
      return searchBatch(transport, members, maxDetections(), follower);
    },
    async askForOverlap(file, iou, signal) {
      const [{ askForOverlap }] = await loadPart(loadCalls);
      return askForOverlap(transport, file, maxDetections(), iou, signal);
    },
    async explain(error) {
      const problem = await explain(error, serverUrl).catch(() => PART_PROBLEM);
      if (problem === PART_PROBLEM) void retryWithParts();
      else if (problem.noAnswer) onNoAnswer();
      return problem;
    },
  });
  async function retryWithParts() {
    if (isPartMissing) return;
    isPartMissing = true;
    await loadPersistently(loadAll);
    isPartMissing = false;
    desk.retryUnanswered();
  }
  return desk;
}

async function deleteLeft(transport: Transport): Promise<void> {
  const { deleteLeftUploads } = await loadPersistently(loadBatch);
  await deleteLeftUploads(transport);
}

async function explain(error: unknown, serverUrl: string): Promise<Problem> {
  if (error instanceof PartError) return PART_PROBLEM;
  if (error instanceof VideoError) return VIDEO_PROBLEM;
  const { problemFromError } = await import('../problems/problem-from-error.ts');
  return problemFromError(error, serverUrl);
}
