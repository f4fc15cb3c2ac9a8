import { type FrameFilter, NO_FILTER } from './frame-filter.ts';

/** What is shown of the videos, whichever is in front. */
export interface ViewSettings {
  readonly filter: FrameFilter;
  readonly boxesHidden: boolean;
  /** Whether the gallery leaves out frames in which nothing passes the filter. */
  readonly onlyWithObjects: boolean;
}

export const FIRST_VIEW: ViewSettings = { filter: NO_FILTER, boxesHidden: false, onlyWithObjects: false };
