import { countObjects } from '../detections/words.ts';
import type { SearchState } from './picture.ts';

/** Where a search stands, for a list: "waiting", "searching", "3 objects", "failed: The file is empty". */
export function searchInWords(search: SearchState, shownCount: number): string {
  switch (search.phase) {
    case 'found':
      return countObjects(shownCount).toLowerCase();
    case 'failed':
      return `failed: ${search.problem.title}`;
    default:
      return search.phase;
  }
}
