import { type KeyboardEvent, type MouseEvent, useRef } from 'react';
import { addressOf, TAB_NAMES, TABS, type Tab, tabAfterKey } from './tab.ts';
import styles from './tab-list.module.css';

/** The ids by which a tab and its panel know each other. */
export const tabId = (tab: Tab) => `tab-${tab}`;
export const panelId = (tab: Tab) => `panel-${tab}`;

interface Props {
  readonly current: Tab;
  readonly onOpen: (tab: Tab) => void;
}

/**
 * The tabs: one stop of the tab key, the arrow keys go from one to the next and open it. They are links, so that they
 * work before the page's code is here, and open beside this page where somebody asks for that.
 */
export function TabList({ current, onOpen }: Props) {
  const list = useRef<HTMLDivElement>(null);

  function onKeyDown(event: KeyboardEvent) {
    const next = tabAfterKey(event.key, current);
    if (!next) return;
    event.preventDefault();
    onOpen(next);
    list.current?.querySelector<HTMLElement>(`#${tabId(next)}`)?.focus();
  }

  function onClick(event: MouseEvent, tab: Tab) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    onOpen(tab);
  }

  return (
    <div ref={list} className={styles.tabs} role="tablist" aria-label="What to search" onKeyDown={onKeyDown}>
      {TABS.map((tab) => (
        <a
          key={tab}
          id={tabId(tab)}
          href={addressOf(tab)}
          className={styles.tab}
          role="tab"
          aria-selected={tab === current}
          aria-controls={panelId(tab)}
          tabIndex={tab === current ? 0 : -1}
          onClick={(event) => onClick(event, tab)}
        >
          {TAB_NAMES[tab]}
        </a>
      ))}
    </div>
  );
}
