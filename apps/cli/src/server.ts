import { ModelService } from '@boxwire/proto/boxwire/v1/model_service';
import { Code, ConnectError, createClient, type Interceptor, type Transport } from '@connectrpc/connect';

/**
 * Asks who answers before anything is read: a server that is not there is told at once. Resolves with what the server
 * has to say about its model, which is nothing most of the time.
 */
export async function greetServer(transport: Transport, signal: AbortSignal): Promise<string> {
  try {
    const { notice } = await createClient(ModelService, transport).getModel({}, { signal });
    return notice;
  } catch (error) {
    // A server that only speaks the original contract will do.
    if (ConnectError.from(error).code === Code.Unimplemented) return '';
    throw error;
  }
}

/** Whether a call failed because nobody answered. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof ConnectError && error.code === Code.Unavailable;
}

/** Says with every call who we are. */
export function withToken(token: string): Interceptor {
  return (next) => (request) => {
    request.header.set('authorization', `Bearer ${token}`);
    return next(request);
  };
}
