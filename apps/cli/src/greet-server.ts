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

/** The greeting takes a server no time, whatever else it does. */
const GREETING_TIMEOUT_MS = 10_000;

/**
 * Asks who answers before anything is read. One that is not ready yet is waited for; none at all is told at once.
 * @param timeoutMs how long it may say nothing before it counts as away
 */
export async function greetServer(
  transport: Transport,
  patience: Patience,
  signal: AbortSignal,
  timeoutMs = GREETING_TIMEOUT_MS,
): Promise<Greeting> {
  const client = createClient(ModelService, transport);
  const greet = () => client.getModel({}, { signal, timeoutMs }).catch(awayIfSilent);
  try {
    const { notice, limits } = await withPatience(patience, greet, isNobody);
    return { notice, maxMessageBytes: limits?.maxMessageBytes || Number.POSITIVE_INFINITY };
  } catch (error) {
    // A server that only speaks the original contract will do.
    if (ConnectError.from(error).code !== Code.Unimplemented) throw error;
    return { notice: '', maxMessageBytes: Number.POSITIVE_INFINITY };
  }
}

function awayIfSilent(error: unknown): never {
  if (ConnectError.from(error).code !== Code.DeadlineExceeded) throw error;
  throw new ConnectError('it says nothing', Code.Unavailable);
}

const NO_CONNECTION = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'];

/** Whether there was no connection at all. */
function isNobody(error: ConnectError): boolean {
  return NO_CONNECTION.includes(reasonOf(error));
}

/** By Node's code. */
const OTHER_PROTOCOLS: Readonly<Record<string, string>> = {
  ERR_HTTP2_ERROR: 'speaks no HTTP/2; GRPC_PORT is the one to name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'speaks no TLS; call it by http:',
};

/** What to say of something that answered in another way; `undefined` where that is not the reason. */
export function otherProtocol(error: ConnectError): string | undefined {
  return OTHER_PROTOCOLS[reasonOf(error)];
}

/** Node's code of what went wrong with the connection. */
function reasonOf({ cause }: ConnectError): string {
  return (cause as NodeJS.ErrnoException | undefined)?.code ?? '';
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
