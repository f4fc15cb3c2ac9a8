import { type ReactNode, useState } from 'react';
import type { Tab } from './tab.ts';
import { panelId, tabId } from './tab-list.tsx';
import styles from './workbench.module.css';

interface Props {
  readonly tab: Tab;
  readonly current: Tab;
  readonly children: ReactNode;
}

/** A tab's place. What is in it is fetched when the tab is first opened, and stays when another one is. */
export function TabPanel({ tab, current, children }: Props) {
  const open = tab === current;
  const [visited, setVisited] = useState(open);
  if (open && !visited) setVisited(true);
  return (
    <div
      id={panelId(tab)}
      className={styles.panel}
      role="tabpanel"
      aria-labelledby={tabId(tab)}
      hidden={!open}
    >
      {visited && children}
    </div>
  );
}
