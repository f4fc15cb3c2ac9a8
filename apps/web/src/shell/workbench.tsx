'use client';

import { useMemo } from 'react';
import { ImagePanel } from '../image/image-panel.tsx';
import { ServerBadge } from '../server/server-badge.tsx';
import { ServerNotice } from '../server/server-notice.tsx';
import { createServerTransport } from '../server/transport.ts';
import { useServer } from '../server/use-server.ts';
import { Brand } from './brand.tsx';
import styles from './workbench.module.css';

/** The whole page: the header with the state of the server, and what can be done with it. */
export function Workbench({ serverUrl }: { serverUrl: string }) {
  const transport = useMemo(() => createServerTransport(serverUrl), [serverUrl]);
  const { status, checking, checkNow } = useServer(transport);
  const model = status.phase === 'ready' ? status.model : undefined;
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <Brand />
        <ServerBadge status={status} serverUrl={serverUrl} />
      </header>
      <main className={styles.main}>
        <ImagePanel transport={transport} serverUrl={serverUrl} model={model} onNoAnswer={checkNow} />
      </main>
      <ServerNotice status={status} serverUrl={serverUrl} checking={checking} onCheckNow={checkNow} />
    </div>
  );
}
