import { type FormEvent, useState } from 'react';
import styles from './server-notice.module.css';
import { signIn } from './session.ts';

interface Props {
  readonly serverUrl: string;
  readonly onSignedIn: () => void;
}

/** Asks for a token when the server wants one. The field is for password managers, too; nothing else keeps it. */
export function SignIn({ serverUrl, onSignedIn }: Props) {
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const token = String(new FormData(event.currentTarget).get('token')).trim();
    setBusy(true);
    const why = await signIn(serverUrl, token);
    setBusy(false);
    setProblem(why ?? '');
    if (why === undefined) onSignedIn();
  }

  return (
    <section className={`card ${styles.notice}`} data-mild aria-label="Sign in">
      <div className={styles.text}>
        <h2>The server wants to know who you are</h2>
        <p>
          Enter the token that you were given. <code>pnpm make-token</code> makes one. It goes to the server
          alone, and the browser keeps it where no page can read it.
        </p>
        <p className={styles.refused} role="alert">
          {problem && `Not signed in: ${problem}.`}
        </p>
      </div>
      <form className={styles.form} onSubmit={submit}>
        <input
          className={styles.token}
          name="token"
          type="password"
          aria-label="Token"
          placeholder="Token"
          autoComplete="current-password"
          spellCheck={false}
          required
        />
        <button type="submit" className="button primary" aria-disabled={busy}>
          Sign in
        </button>
      </form>
    </section>
  );
}
