import type { Tab } from '../shell/tab.ts';

/** Why a file was not searched, in words for the person who chose it. */
export interface Problem {
  readonly title: string;
  /** What to do next. */
  readonly advice: string;
  /** The server's own words, where they help. */
  readonly serverSays?: string;
  /** Whether the same file may work at another try. */
  readonly canRetry: boolean;
  /** Set when the server would not answer anybody, or not this page: it is worth looking what is wrong, and trying again after. */
  readonly noAnswer?: true;
  /** Set when another tab takes it: a video among pictures, or a picture among videos. */
  readonly belongsIn?: Tab;
}
