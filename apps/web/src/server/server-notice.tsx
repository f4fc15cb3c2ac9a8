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
 * What to do when the server cannot be used: at the window's lower edge, until it is closed. A page as tall as the window
 * makes room for it. And what is special about the model when the server can be used: below the page.
 */
export function ServerNotice({ status, serverUrl, checking, onCheckNow }: Props) {
  // The trouble's phase, or the model's notice.
  const [closed, setClosed] = useState('');
  const isTrouble = status.phase === 'unreachable' || status.phase === 'failing';
  // The next trouble is news again.
  if (!isTrouble && TROUBLES.includes(closed)) setClosed('');
  switch (status.phase) {
    case 'unreachable':
    case 'failing':
      if (status.phase === closed) return null;
      return (
        <Trouble {...{ status, serverUrl, checking, onCheckNow }} onClose={() => setClosed(status.phase)} />
      );
    case 'signed-out':
      return <SignIn serverUrl={serverUrl} onSignedIn={onCheckNow} />;
    case 'ready': {
      const { name, notice } = status.model;
      if (!notice || notice === closed) return null;
      return (
        <Card
          title={`About the model ${name}`}
          actions={<CloseButton name="Understood" onClick={() => setClosed(notice)} />}
          mild
        >
          {notice}
        </Card>
      );
    }
    default:
      return null;
  }
}

const TROUBLES: readonly string[] = ['unreachable', 'failing'] satisfies ServerStatus['phase'][];

interface TroubleProps extends Props {
  readonly status: Extract<ServerStatus, { phase: 'unreachable' | 'failing' }>;
  readonly onClose: () => void;
}

function Trouble({ status, serverUrl, checking, onCheckNow, onClose }: TroubleProps) {
  const actions = (
    <>
      <CheckNow busy={checking} onClick={onCheckNow} />
      <CloseButton name="Close" onClick={onClose} />
    </>
  );
  if (status.phase === 'unreachable' && status.offline) {
    return (
      <Card title="This device is offline" actions={actions}>
        It has no network to reach the server over. What is here stays, and goes on by itself once there is
        one again.
      </Card>
    );
  }
  if (status.phase === 'unreachable') {
    return (
      <Card title="The server does not answer" actions={actions}>
        Nothing answers this page at <code>{serverUrl}</code>. Start the server with <code>pnpm start</code>.
        If it runs elsewhere, set <code>SERVER_URL</code>; if it turns this page away, list the page’s address
        in <code>CORS_ORIGINS</code>. The page keeps looking by itself.
      </Card>
    );
  }
  return (
    <Card title="The server cannot be used" actions={actions}>
      What answers at <code>{serverUrl}</code> says “{status.message}”. If this is not your Boxwire server,
      set <code>HTTP_PORT</code> or <code>SERVER_URL</code>. The page keeps looking by itself.
    </Card>
  );
}

function Card(props: { title: string; actions: ReactNode; mild?: boolean; children: ReactNode }) {
  return (
    <section className={`card ${styles.notice}`} data-mild={props.mild} aria-label={props.title}>
      <div className={styles.text}>
        <h2>{props.title}</h2>
        <p>{props.children}</p>
      </div>
      <div className={styles.actions}>{props.actions}</div>
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

function CloseButton({ name, onClick }: { name: string; onClick: () => void }) {
  return (
    <button type="button" className="button" onClick={onClick}>
      {name}
    </button>
  );
}
