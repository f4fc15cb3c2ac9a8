import styles from './server-notice.module.css';
import type { ServerStatus } from './server-status.ts';

interface Props {
  readonly status: ServerStatus;
  readonly serverUrl: string;
  readonly checking: boolean;
  readonly onCheckNow: () => void;
}

/** What to do when the server cannot be used. It lies over the page's lower edge, so that nothing moves. */
export function ServerNotice({ status, serverUrl, checking, onCheckNow }: Props) {
  if (status.phase !== 'unreachable' && status.phase !== 'failing') return null;
  return (
    <section className={styles.notice} aria-label="Help with the server">
      <div className={styles.text}>
        {status.phase === 'unreachable' ? (
          <NoAnswer serverUrl={serverUrl} />
        ) : (
          <StrangeAnswer serverUrl={serverUrl} message={status.message} />
        )}
      </div>
      <button
        type="button"
        className="button"
        aria-disabled={checking}
        onClick={checking ? undefined : onCheckNow}
      >
        <span className={styles.face}>{checking ? 'Checking' : 'Check now'}</span>
      </button>
    </section>
  );
}

function NoAnswer({ serverUrl }: { serverUrl: string }) {
  return (
    <>
      <h2>The server does not answer</h2>
      <p>
        Nothing this page may talk to answers at <code>{serverUrl}</code>. Start the server with{' '}
        <code>pnpm start</code>; if it runs elsewhere, set <code>SERVER_URL</code>, and if it runs there, let
        it accept this page’s address with <code>CORS_ORIGINS</code>. The page keeps looking by itself.
      </p>
    </>
  );
}

function StrangeAnswer({ serverUrl, message }: { serverUrl: string; message: string }) {
  return (
    <>
      <h2>The server cannot be used right now</h2>
      <p>
        What answers at <code>{serverUrl}</code> says: “{message}”. If this is not your Boxwire server, set{' '}
        <code>HTTP_PORT</code> or <code>SERVER_URL</code>. The page keeps looking by itself.
      </p>
    </>
  );
}
