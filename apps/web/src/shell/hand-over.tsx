import { TAB_NAMES, type Tab } from './tab.ts';

interface Props {
  /** Where the files belong. */
  readonly tab: Tab;
  readonly onHandOver: (tab: Tab) => void;
}

/** The way on for files that came into the wrong tab. */
export function HandOver({ tab, onHandOver }: Props) {
  return (
    <button type="button" className="button" onClick={() => onHandOver(tab)}>
      Open in the {TAB_NAMES[tab]} tab
    </button>
  );
}
