import { ModelService } from '@boxwire/proto/boxwire/v1/model_service';
import { Code, ConnectError, createClient, type Interceptor, type Transport } from '@connectrpc/connect';

/** What a server says about itself. */
export interface Greeting {
  /** About its model, for people; nothing most of the time. */
  readonly notice: string;
  /** The largest message that it takes, as far as it says so. */
  readonly maxMessageBytes: number;
}

/** Asks who answers before anything is read: a server that is not there is told at once. */
export async function greetServer(transport: Transport, signal: AbortSignal): Promise<Greeting> {
  try {
    const { notice, limits } = await createClient(ModelService, transport).getModel({}, { signal });
    return { notice, maxMessageBytes: limits?.maxMessageBytes || Number.POSITIVE_INFINITY };
  } catch (error) {
    // A server that only speaks the original contract will do.
    if (ConnectError.from(error).code !== Code.Unimplemented) throw error;
    return { notice: '', maxMessageBytes: Number.POSITIVE_INFINITY };
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
