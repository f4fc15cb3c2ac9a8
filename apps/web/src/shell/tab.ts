/** What can be done on the page, each in a tab of its own. */
export const TABS = ['image', 'video'] as const;

export type Tab = (typeof TABS)[number];

/** The tabs' names, as they are read and read out. */
export const TAB_NAMES: Record<Tab, string> = { image: 'Image', video: 'Video' };

/** The tab that an address asks for by its query ("?tab=video"); the first when it asks for none that there is. */
export function tabFromQuery(value: string | string[] | undefined | null): Tab {
  return TABS.find((tab) => tab === value) ?? TABS[0];
}

/** The address that opens it, relative to the page's. */
export const addressOf = (tab: Tab) => `?tab=${tab}`;

const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1 };

/** The tab that a key of the tab list leads to from `current`; undefined for keys that lead nowhere. */
export function tabAfterKey(key: string, current: Tab): Tab | undefined {
  if (key === 'Home') return TABS[0];
  if (key === 'End') return TABS.at(-1);
  const step = STEPS[key];
  return step === undefined ? undefined : TABS[(TABS.indexOf(current) + step + TABS.length) % TABS.length];
}
