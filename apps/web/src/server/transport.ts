import { ConnectError, type Transport } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-web';

/** No answer came at all: nothing listens, the name is unknown, or the server does not accept this page's origin. */
class NoAnswerError extends Error {
  constructor(cause: unknown) {
    super('the server did not answer', { cause });
    this.name = 'NoAnswerError';
  }
}

/** The page's connection to the server: Connect in binary, plain GET for calls without side effects. */
export function createServerTransport(serverUrl: string, fetch = globalThis.fetch): Transport {
  return createConnectTransport({
    baseUrl: serverUrl,
    useBinaryFormat: true,
    useHttpGet: true,
    fetch: (input, init) => fetchFresh(fetch, input, init),
  });
}

/** Whether a call failed because no answer came, as opposed to an answer that says no. */
export function isNoAnswer(error: unknown): boolean {
  return error instanceof ConnectError && error.cause instanceof NoAnswerError;
}

/** What Connect throws as it is when a stream ends without the word that it is at its end. */
const CUT_OFF = 'missing EndStreamResponse';

/** Whether a call failed because there was no connection, or because it broke in the middle of the answer. */
export function isConnectionLost(error: unknown): boolean {
  if (isNoAnswer(error)) return true;
  return error instanceof ConnectError && (error.cause instanceof TypeError || error.cause === CUT_OFF);
}

async function fetchFresh(fetch: typeof globalThis.fetch, input: RequestInfo | URL, init: RequestInit = {}) {
  try {
    const body = asBlob(init.body);
    // With the cookie of who is signed in.
    return await fetch(input, { ...init, body, cache: 'no-store', credentials: 'include' });
  } catch (error) {
    // What fetch throws for every failure of the network; an abort is a DOMException and passes as it is.
    throw error instanceof TypeError ? new NoAnswerError(error) : error;
  }
}

/** Chromium uploads a Blob several times faster than the same bytes as a Uint8Array. */
function asBlob(body: BodyInit | null | undefined): BodyInit | null {
  return body instanceof Uint8Array ? new Blob([body as Uint8Array<ArrayBuffer>]) : (body ?? null);
}
