'use client';

import dynamic from 'next/dynamic';
import { type ReactNode, Suspense, useCallback, useMemo, useRef, useState } from 'react';
import { withoutWrongType } from '../files/without-wrong-type.ts';
import { loadPart, loadPersistently } from '../problems/load-part.ts';
import { createLateTransport } from '../server/late-transport.ts';
import { ServerBadge } from '../server/server-badge.tsx';
import { ServerNotice } from '../server/server-notice.tsx';
import { SignOut } from '../server/sign-out.tsx';
import { useServer } from '../server/use-server.ts';
import { Brand } from './brand.tsx';
import { PanelMissing } from './panel-missing.tsx';
import type { HandOverFiles, PanelProps } from './panel-props.ts';
import type { Tab } from './tab.ts';
import { TabList } from './tab-list.tsx';
import { TabPanel } from './tab-panel.tsx';
import { useKeptFocus } from './use-kept-focus.ts';
import { useTab } from './use-tab.ts';
import styles from './workbench.module.css';

const ImagePanel = dynamic(() =>
  loadPersistently(() => import('../image/image-panel.tsx').then((module) => module.ImagePanel)),
);
const VideoPanel = dynamic(() =>
  loadPersistently(() => import('../video/video-panel.tsx').then((module) => module.VideoPanel)),
);

/** Files that were handed over, a list each time, by the tab that takes them. */
const NOTHING_BROUGHT: Readonly<Record<Tab, PanelProps['brought']>> = { image: [], video: [] };

/** The whole page: the header with the tabs and the state of the server, and what can be done with it. */
export function Workbench({ serverUrl, initialTab }: { serverUrl: string; initialTab: Tab }) {
  const transport = useMemo(
    () =>
      createLateTransport(async () => {
        const { createServerTransport } = await loadPart(() => import('../server/transport.ts'));
        return createServerTransport(serverUrl);
      }),
    [serverUrl],
  );
  const { status, checking, checkNow } = useServer(serverUrl);
  const [tab, openTab] = useTab(initialTab);
  const [brought, setBrought] = useState(NOTHING_BROUGHT);
  const handOver = useCallback<HandOverFiles>(
    (to, files) => {
      const taken = files.map((file) => withoutWrongType(file, to));
      setBrought((all) => ({ ...all, [to]: [...all[to], taken] }));
      openTab(to);
    },
    [openTab],
  );
  const page = useRef<HTMLDivElement>(null);
  useKeptFocus(page);
  const model = status.phase === 'ready' ? status.model : undefined;
  const shared = { transport, serverUrl, model, onNoAnswer: checkNow, onHandOver: handOver };
  const propsOf = (own: Tab): PanelProps => ({
    ...shared,
    active: tab === own,
    brought: brought[own],
  });
  return (
    <div ref={page} className={styles.page} data-tab={tab}>
      <header className={styles.header}>
        <Brand />
        <TabList current={tab} onOpen={openTab} />
        <div className={styles.server}>
          <ServerBadge status={status} serverUrl={serverUrl} />
          <SignOut serverUrl={serverUrl} onSignedOut={checkNow} />
        </div>
      </header>
      <main className={styles.main}>
        <TabPanel tab="image" current={tab}>
          <Late isFirst={initialTab === 'image'}>
            <ImagePanel {...propsOf('image')} />
          </Late>
        </TabPanel>
        <TabPanel tab="video" current={tab}>
          <Late isFirst={initialTab === 'video'}>
            <VideoPanel {...propsOf('video')} />
          </Late>
        </TabPanel>
      </main>
      <ServerNotice status={status} serverUrl={serverUrl} checking={checking} onCheckNow={checkNow} />
    </div>
  );
}

/**
 * A tab that is opened later may have to wait for its code. The first one comes with the page: a boundary around it would
 * have React throw away what is there already, and what was chosen in it, when the server answers before that code is here.
 */
function Late({ isFirst, children }: { isFirst: boolean; children: ReactNode }) {
  return isFirst ? children : <Suspense fallback={<PanelMissing />}>{children}</Suspense>;
}
