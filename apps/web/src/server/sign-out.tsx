import { useState, useSyncExternalStore } from 'react';
import { isSignedIn, signOut } from './session.ts';
import styles from './sign-out.module.css';

/** Nobody announces a change: whoever causes one draws this anew. */
const subscribe = () => () => {};

/** A button for who is signed in, nothing otherwise. */
export function SignOut({ serverUrl, onSignedOut }: { serverUrl: string; onSignedOut: () => void }) {
  const signedIn = useSyncExternalStore(subscribe, isSignedIn, () => false);
  const [problem, setProblem] = useState('');
  if (!signedIn) return null;

  async function leave() {
    setProblem('');
    const why = await signOut(serverUrl);
    setProblem(why ?? '');
    // Where it failed, the server is looked at as well.
    onSignedOut();
  }

  return (
    <div className={styles.place}>
      <button type="button" className="button" onClick={() => void leave()} onBlur={() => setProblem('')}>
        Sign out
      </button>
      <p className={`card ${styles.problem}`} role="alert">
        {problem && `Not signed out: ${problem}.`}
      </p>
    </div>
  );
}
