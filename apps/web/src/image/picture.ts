import type { Problem } from '../problems/problem.ts';
import type { Answer } from './answer.ts';

/** A picture on the page. */
export interface Picture {
  /** Unique on the page. */
  readonly id: number;
  readonly file: File;
  /** Shows the file for as long as the picture is on the page. */
  readonly url: string;
  readonly search: SearchState;
}

/** Where the search of a picture stands. */
export type SearchState =
  | { readonly phase: 'waiting' }
  /** `sent` is the share of the file that the server has, 0 to 1, where it goes in pieces. */
  | { readonly phase: 'searching'; readonly sent?: number }
  /** `again` while the server is asked once more, or how that failed. */
  | { readonly phase: 'found'; readonly answer: Answer; readonly again?: 'asking' | AgainFailure | undefined }
  | { readonly phase: 'cancelled' }
  | { readonly phase: 'failed'; readonly problem: Problem };

/** Why the server did not answer about one overlap. */
export interface AgainFailure {
  readonly iou: number;
  readonly problem: Problem;
}

/** Whether the server can be asked about an overlap without having failed at just that. */
export function isUnasked({ again }: Extract<SearchState, { phase: 'found' }>, iou: number): boolean {
  return again === undefined || (again !== 'asking' && again.iou !== iou);
}
