import type { Transport } from '@connectrpc/connect';
import type { ServedModel } from '../server/server-status.ts';
import type { Tab } from './tab.ts';

/** Opens a tab with files that came into another one by mistake. */
export type HandOverFiles = (tab: Tab, files: readonly File[]) => void;

/** What each tab's panel is given. */
export interface PanelProps {
  readonly transport: Transport;
  readonly serverUrl: string;
  /** The model that answers, once the server has named it. */
  readonly model: ServedModel | undefined;
  /** Called when the server did not answer a call. Stays the same between renders. */
  readonly onNoAnswer: () => void;
  /** Whether the panel is the one in front: what is dropped, pasted or typed into the page is its own then. */
  readonly active: boolean;
  /** Files that came into another tab by mistake, in a list each time, the last one at the end: each is taken once. */
  readonly brought: readonly (readonly File[])[];
  /** Called with files that came here by mistake. */
  readonly onHandOver: HandOverFiles;
}
