import { RefusalError } from './get-model.ts';
import type { ServedModel, ServerStatus } from './server-status.ts';

/** A server that takes longer to name its model is as good as gone. */
const TIMEOUT_MS = 6_000;

/**
 * Asks the server once which model it serves. Never throws: whatever happens is a status.
 *
 * @param getModel asks; undefined when the server names none
 * @param isOnline whether this device has a network
 */
export async function checkServer(
  getModel: (signal: AbortSignal) => Promise<ServedModel | undefined>,
  previous: ServerStatus,
  isOnline: () => boolean,
): Promise<ServerStatus> {
  try {
    const model = await getModel(AbortSignal.timeout(TIMEOUT_MS));
    return model ? { phase: 'ready', model } : { phase: 'loading' };
  } catch (error) {
    const failures = 'failures' in previous ? previous.failures + 1 : 1;
    if (!(error instanceof RefusalError)) return { phase: 'unreachable', failures, offline: !isOnline() };
    if (error.code === 'unauthenticated') return { phase: 'signed-out' };
    // A server that has been ready and is not any more does not load its model, it is on its way out.
    const wasReady = previous.phase === 'ready' || previous.phase === 'failing';
    if (error.code === 'unavailable' && !wasReady) return { phase: 'loading' };
    return { phase: 'failing', message: error.message, failures };
  }
}
