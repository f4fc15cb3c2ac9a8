import { once } from 'node:events';
import { addAbortSignal } from 'node:stream';
import { connect } from 'node:tls';
import { ModelService } from '@boxwire/proto/boxwire/v1/model_service';
import { errorCode } from '@boxwire/video/error-code';
import { Code, ConnectError, createClient, type Interceptor, type Transport } from '@connectrpc/connect';
import type { ClientCertificate } from './client-certificate.ts';
import { type Patience, withPatience } from './patience.ts';

/** What a server says about itself. */
export interface Greeting {
  /** About its model, for people; nothing most of the time. */
  readonly notice: string;
  /** The largest message that it takes, as far as it says so. */
  readonly maxMessageBytes: number;
}

/** Where a server is, and what it knows us by. */
export interface Whom {
  readonly url: string;
  readonly certificate?: ClientCertificate | undefined;
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
  whom: Whom,
  timeoutMs = GREETING_TIMEOUT_MS,
): Promise<Greeting> {
  const client = createClient(ModelService, transport);
  const ask = () => client.getModel({}, { signal, timeoutMs });
  const greet = () =>
    ask().catch(async (error) => {
      // Once may be chance, as where the server is just being replaced.
      if (isCutShort(error)) return ask().catch(explainCutShort);
      const why = isHungUp(error) ? await whyHungUp(whom, signal) : undefined;
      if (why !== undefined) throw new ConnectError(why, Code.Internal);
      throw awayIfSilent(error);
    });
  try {
    const { notice, limits } = await withPatience(patience, greet, isNobody);
    return { notice, maxMessageBytes: limits?.maxMessageBytes || Number.POSITIVE_INFINITY };
  } catch (error) {
    // A server that only speaks the original contract will do.
    if (ConnectError.from(error).code !== Code.Unimplemented) throw error;
    return { notice: '', maxMessageBytes: Number.POSITIVE_INFINITY };
  }
}

function awayIfSilent(error: unknown): unknown {
  const isSilent = ConnectError.from(error).code === Code.DeadlineExceeded;
  return isSilent ? new ConnectError('it says nothing', Code.Unavailable) : error;
}

const WANTS_TLS = 'wants TLS: its address begins with https://';
/** As Node does with a certificate that is none of TLS_CLIENT_CA's, or has expired. */
const REFUSES =
  'hangs up on the certificate of --cert: it has expired, or is from none of the authorities in TLS_CLIENT_CA';

const CUTS_SHORT =
  "leaves out the status at the end of gRPC's answers, as proxies that speak HTTP/1.1 to the server do; GRPC_PORT is the one to name, or a proxy that passes gRPC on to it";

function isCutShort(error: unknown): boolean {
  return ConnectError.from(error).rawMessage === 'protocol error: missing status';
}

function explainCutShort(error: unknown): never {
  throw isCutShort(error) ? new ConnectError(CUTS_SHORT, Code.FailedPrecondition) : awayIfSilent(error);
}

/** What connect-node makes of a connection that is closed without a word, be it in the middle of ours. */
function isHungUp(error: unknown): boolean {
  const known = ConnectError.from(error);
  return known.code === Code.Canceled || reasonOf(known) === 'ECONNRESET';
}

/** Why a server hangs up without a word, unless it does so because it is being replaced. */
async function whyHungUp({ url, certificate }: Whom, signal: AbortSignal): Promise<string | undefined> {
  const { protocol, hostname, port } = new URL(url);
  const isTls = protocol === 'https:';
  if (isTls !== (certificate !== undefined) || signal.aborted) return undefined;
  const host = hostname.replace(/^\[|\]$/g, '');
  const at = { host, port: Number(port || (isTls ? 443 : 80)), ALPNProtocols: ['h2'] };
  // Nothing is said to it but hello.
  const socket = connect({ ...at, ...certificate, rejectUnauthorized: isTls });
  addAbortSignal(AbortSignal.any([signal, AbortSignal.timeout(GREETING_TIMEOUT_MS)]), socket);
  try {
    await once(socket, 'secureConnect');
    if (!isTls) return WANTS_TLS;
    // Over HTTP/2, one that lets us in begins to speak.
    for await (const _ of socket) return undefined;
    return REFUSES;
  } catch {
    return undefined;
  } finally {
    socket.destroy();
  }
}

const NO_CONNECTION = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'];

/** Whether there was no connection at all. */
function isNobody(error: ConnectError): boolean {
  return NO_CONNECTION.includes(reasonOf(error));
}

/** For people: why there is no server to talk to. Nothing where there is one. */
export function whyNoServer(error: ConnectError, server: string): string | undefined {
  const reason = reasonOf(error);
  const { code, rawMessage } = error;
  if ([WANTS_TLS, REFUSES, CUTS_SHORT].includes(rawMessage)) return `what answers at ${server} ${rawMessage}`;
  if (code === Code.Unimplemented) return noSuchServer(server, rawMessage);
  if (reason.endsWith('_ALERT_CERTIFICATE_REQUIRED'))
    return `what answers at ${server} wants a certificate of its callers: --cert and --key`;
  const [, refusal] = REFUSAL.exec(reason) ?? [];
  if (refusal !== undefined)
    return `what answers at ${server} refuses the certificate of --cert: ${refusal.toLowerCase().replaceAll('_', ' ')}`;
  if (reason === 'ERR_HTTP2_ERROR')
    return `what answers at ${server} speaks no HTTP/2; GRPC_PORT is the one to name`;
  if (reason === 'ERR_SSL_WRONG_VERSION_NUMBER')
    return `what answers at ${server} speaks no TLS: its address begins with http://`;
  if (DISTRUST.test(reason)) {
    const [why] = rawMessage.split(';');
    return `the certificate of ${server} is not accepted: ${why}; NODE_EXTRA_CA_CERTS names a file of further authorities`;
  }
  return code === Code.Unavailable ? `no server answers at ${server}: ${rawMessage}` : undefined;
}

/** OpenSSL's codes of what a server may say about ours. */
const REFUSAL = /_ALERT_(UNKNOWN_CA|\w*CERTIFICATE\w*)$/;

/** A call that only Boxwire answers was understood by nobody. */
function noSuchServer(server: string, said: string): string {
  const { origin, pathname } = new URL(server);
  return pathname === '/'
    ? `what answers at ${server} is no Boxwire server: ${said}`
    : `no Boxwire server answers at ${server}: unless a proxy serves it under ${pathname}, its address is ${origin}`;
}

/** OpenSSL's and Node's codes of certificates that do not convince. */
const DISTRUST = /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_CERT_)/;

/** Node's code of what went wrong with the connection. */
function reasonOf({ cause }: ConnectError): string {
  return errorCode(cause) ?? '';
}

/** Says with every call who we are. */
export function withToken(token: string): Interceptor {
  return (next) => (request) => {
    request.header.set('authorization', `Bearer ${token}`);
    return next(request);
  };
}
