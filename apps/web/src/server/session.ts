import { forget, recall, remember } from '../shell/storage.ts';

const PATH = '/session';
/** That there is a cookie; scripts cannot see the cookie itself. */
const SIGNED_IN = 'signed-in';

/**
 * Trades a token for a cookie that no script can read, so the token is nowhere in the page from here on.
 * @returns why not, in the server's words; undefined when it is done
 */
export async function signIn(serverUrl: string, token: string): Promise<string | undefined> {
  try {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${serverUrl}${PATH}`, { method: 'POST', headers, credentials: 'include' });
    if (answer.ok) remember(SIGNED_IN, 'yes');
    return answer.ok ? undefined : String((await answer.json()).message);
  } catch {
    return 'the server did not answer';
  }
}

/** Gives the cookie up. */
export async function signOut(serverUrl: string): Promise<void> {
  forgetSession();
  await fetch(`${serverUrl}${PATH}`, { method: 'DELETE', credentials: 'include' }).catch(() => {});
}

/** The cookie has expired, or the server does not take it any more. */
export function forgetSession(): void {
  forget(SIGNED_IN);
}

export function isSignedIn(): boolean {
  return recall(SIGNED_IN) !== undefined;
}
