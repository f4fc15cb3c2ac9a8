import { useSyncExternalStore } from 'react';
import { isSignedIn, signOut } from './session.ts';

/** Nobody announces a change: whoever causes one draws this anew. */
const subscribe = () => () => {};

/** A button for who is signed in, nothing otherwise. */
export function SignOut({ serverUrl, onSignedOut }: { serverUrl: string; onSignedOut: () => void }) {
  const signedIn = useSyncExternalStore(subscribe, isSignedIn, () => false);
  if (!signedIn) return null;
  return (
    <button type="button" className="button" onClick={() => void signOut(serverUrl).then(onSignedOut)}>
      Sign out
    </button>
  );
}
