import type { ModelService } from '@boxwire/proto/boxwire/v1/model_service';
import { type Client, Code, ConnectError } from '@connectrpc/connect';
import type { ServerStatus } from './server-status.ts';
import { isNoAnswer } from './transport.ts';

export type ModelClient = Client<typeof ModelService>;

/** A server that takes longer to name its model is as good as gone. */
const TIMEOUT_MS = 6_000;

/** Asks the server once which model it serves. Never throws: whatever happens is a status. */
export async function checkServer(client: ModelClient, previous: ServerStatus): Promise<ServerStatus> {
  // A signal and not a Connect timeout, which would be a header and cost a preflight request each time.
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const { model, notice } = await client.getModel({}, { signal });
    if (!model) return { phase: 'loading' };
    return { phase: 'ready', model: { name: model.name, classes: model.classes, notice } };
  } catch (error) {
    const failures = 'failures' in previous ? previous.failures + 1 : 1;
    if (isNoAnswer(error) || signal.aborted) return { phase: 'unreachable', failures };
    const { code, rawMessage } = ConnectError.from(error);
    // A server that has been ready and is not any more does not load its model, it is on its way out.
    const wasReady = previous.phase === 'ready' || previous.phase === 'failing';
    if (code === Code.Unavailable && !wasReady) return { phase: 'loading' };
    return { phase: 'failing', message: rawMessage, failures };
  }
}
