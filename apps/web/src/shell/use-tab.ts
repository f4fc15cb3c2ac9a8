import { useCallback, useEffect, useState } from 'react';
import { addressOf, type Tab, tabFromQuery } from './tab.ts';

/**
 * The tab in front. The address says which, so a reload keeps it; going from tab to tab leaves no trail in the history.
 *
 * @param initial what the page's address said when the page was made
 */
export function useTab(initial: Tab): [Tab, (tab: Tab) => void] {
  const [tab, setTab] = useState(initial);
  useEffect(() => {
    const follow = () => setTab(tabFromQuery(new URLSearchParams(location.search).get('tab')));
    addEventListener('popstate', follow);
    return () => removeEventListener('popstate', follow);
  }, []);
  const open = useCallback((next: Tab) => {
    setTab(next);
    history.replaceState(history.state, '', addressOf(next));
  }, []);
  return [tab, open];
}
