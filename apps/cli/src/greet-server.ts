import { ModelService } from '@boxwire/proto/boxwire/v1/model_service';
import { Code, ConnectError, createClient, type Interceptor, type Transport } from '@connectrpc/connect';
import { type Patience, withPatience } from './patience.ts';

/** What a server says about itself. */
export interface Greeting {
  /** About its model, for people; nothing most of the time. */
  readonly notice: string;
  /** The largest message that it takes, as far as it says so. */
  readonly maxMessageBytes: number;
}

/** Asks who answers before anything is read. One that is not ready yet is waited for; none at all is told at once. */
export async function greetServer(
  transport: Transport,
  patience: Patience,
  signal: AbortSignal,
): Promise<Greeting> {
  const client = createClient(ModelService, transport);
  try {
    const { notice, limits } = await withPatience(patience, () => client.getModel({}, { signal }), isNobody);
    return { notice, maxMessageBytes: limits?.maxMessageBytes || Number.POSITIVE_INFINITY };
  } catch (error) {
    // A server that only speaks the original contract will do.
    if (ConnectError.from(error).code !== Code.Unimplemented) throw error;
    return { notice: '', maxMessageBytes: Number.POSITIVE_INFINITY };
  }
}

const NO_CONNECTION = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'];

/** Whether there was no connection at all. */
function isNobody({ cause }: ConnectError): boolean {
  return NO_CONNECTION.includes((cause as NodeJS.ErrnoException | undefined)?.code ?? '');
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
