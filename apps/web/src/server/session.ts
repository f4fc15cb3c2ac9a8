import { forget, recall, remember } from '../shell/storage.ts';

const PATH = '/session';
/** That there is a cookie; scripts cannot see the cookie itself. */
const SIGNED_IN = 'signed-in';

/**
 * Trades a token for a cookie that no script can read, so the token is nowhere in the page from here on.
 * @returns why not, in the server's words; undefined when it is done
 */
export async function signIn(serverUrl: string, token: string): Promise<string | undefined> {
  const headers = { authorization: `Bearer ${token}` };
  const why = await ask(serverUrl, { method: 'POST', headers });
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
