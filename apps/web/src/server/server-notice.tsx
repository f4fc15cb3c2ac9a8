import { type ReactNode, useState } from 'react';
import styles from './server-notice.module.css';
import type { ServerStatus } from './server-status.ts';
import { SignIn } from './sign-in.tsx';

interface Props {
  readonly status: ServerStatus;
  readonly serverUrl: string;
  readonly checking: boolean;
  readonly onCheckNow: () => void;
}

/**
 * What to do when the server cannot be used: over the page's lower edge, so that nothing moves. And what is special
 * about the model when it can: below the page, so that nothing is covered.
 */
export function ServerNotice({ status, serverUrl, checking, onCheckNow }: Props) {
  const [readNotice, setReadNotice] = useState('');
  switch (status.phase) {
    case 'unreachable':
      return (
        <Card title="The server does not answer" action={<CheckNow busy={checking} onClick={onCheckNow} />}>
          Nothing answers this page at <code>{serverUrl}</code>. Start the server with <code>pnpm start</code>
          . If it runs elsewhere, set <code>SERVER_URL</code>; if it turns this page away, list the page’s
          address in <code>CORS_ORIGINS</code>. The page keeps looking by itself.
        </Card>
      );
    case 'failing':
      return (
        <Card title="The server cannot be used" action={<CheckNow busy={checking} onClick={onCheckNow} />}>
          What answers at <code>{serverUrl}</code> says “{status.message}”. If this is not your Boxwire
          server, set <code>HTTP_PORT</code> or <code>SERVER_URL</code>. The page keeps looking by itself.
        </Card>
      );
    case 'signed-out':
      return <SignIn serverUrl={serverUrl} onSignedIn={onCheckNow} />;
    case 'ready': {
      const { name, notice } = status.model;
      if (!notice || notice === readNotice) return null;
      const close = (
        <button type="button" className="button" onClick={() => setReadNotice(notice)}>
          Understood
        </button>
      );
      return (
        <Card title={`About the model ${name}`} action={close} mild>
          {notice}
        </Card>
      );
    }
    default:
      return null;
  }
}

function Card(props: { title: string; action: ReactNode; mild?: boolean; children: ReactNode }) {
  return (
    <section className={styles.notice} data-mild={props.mild} aria-label={props.title}>
      <div className={styles.text}>
        <h2>{props.title}</h2>
        <p>{props.children}</p>
      </div>
      {props.action}
    </section>
  );
}

/** Stays in place and in focus while it is busy. */
function CheckNow({ busy, onClick }: { busy: boolean; onClick: () => void }) {
  return (
    <button type="button" className="button" aria-disabled={busy} onClick={busy ? undefined : onClick}>
      <span className={styles.face}>{busy ? 'Checking' : 'Check now'}</span>
    </button>
  );
}
