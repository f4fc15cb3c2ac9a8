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
    if (answer.ok) localStorage.setItem(SIGNED_IN, 'yes');
    return answer.ok ? undefined : String((await answer.json()).message);
  } catch {
    return 'the server did not answer';
  }
}

/** Gives the cookie up. */
export async function signOut(serverUrl: string): Promise<void> {
  localStorage.removeItem(SIGNED_IN);
  await fetch(`${serverUrl}${PATH}`, { method: 'DELETE', credentials: 'include' }).catch(() => {});
}

export function isSignedIn(): boolean {
  return localStorage.getItem(SIGNED_IN) !== null;
}
