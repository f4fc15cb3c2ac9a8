import { forget, recall, remember } from '../shell/storage.ts';
import { getModel, RefusalError } from './get-model.ts';

const PATH = '/session';
/** That there is a cookie; scripts cannot see the cookie itself. */
const SIGNED_IN = 'signed-in';

/**
 * Trades a token for a cookie that no script can read, so the token is nowhere in the page from here on.
 * @returns why not, in the server's words or as the browser has it; undefined when it is done
 */
export async function signIn(serverUrl: string, token: string): Promise<string | undefined> {
  const headers = { authorization: `Bearer ${token}` };
  const why = (await ask(serverUrl, { method: 'POST', headers })) ?? (await whyNotKept(serverUrl));
  if (why === undefined) remember(SIGNED_IN, 'yes');
  return why;
}

/**
 * Gives the cookie up, which only the server can.
 * @returns why not, as `signIn` does; who is told so is signed in still
 */
export async function signOut(serverUrl: string): Promise<string | undefined> {
  const why = await ask(serverUrl, { method: 'DELETE' });
  if (why === undefined) forgetSession();
  return why;
}

/** How long the server is waited for; whether it answers is told elsewhere. */
const TIMEOUT_MS = 6_000;

/** A browser drops the cookie without a word, for one where only one of page and server is opened by HTTPS. */
async function whyNotKept(serverUrl: string): Promise<string | undefined> {
  try {
    await getModel(serverUrl, AbortSignal.timeout(TIMEOUT_MS));
  } catch (error) {
    if (error instanceof RefusalError && error.code === 'unauthenticated') {
      return globalThis.location?.protocol === new URL(serverUrl).protocol
        ? 'this browser keeps no cookie of the server'
        : 'browsers keep the cookie only where page and server are both opened by https';
    }
  }
  return undefined;
}

async function ask(serverUrl: string, request: RequestInit): Promise<string | undefined> {
  try {
    const answer = await fetch(`${serverUrl}${PATH}`, { ...request, credentials: 'include' });
    if (answer.ok) return undefined;
    const refusal = await answer.json().catch(() => undefined);
    return refusal?.message ?? `the server answered with status ${answer.status}`;
  } catch {
    return 'the server did not answer';
  }
}

/** The cookie has expired, or the server does not take it any more. */
export function forgetSession(): void {
  forget(SIGNED_IN);
}

export function isSignedIn(): boolean {
  return recall(SIGNED_IN) !== undefined;
}
