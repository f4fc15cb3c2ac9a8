import { countObjects } from '../detections/words.ts';
import type { SearchState } from './picture.ts';

/**
 * Where a search stands, for a list: "waiting", "searching", "3 objects", "failed: The file is empty".
 *
 * @param mayLack whether the answer may lack some of what is to be shown: "3 objects, perhaps more"
 */
export function searchInWords(search: SearchState, shownCount: number, mayLack: boolean): string {
  switch (search.phase) {
    case 'found':
      return `${countObjects(shownCount).toLowerCase()}${mayLack ? ', perhaps more' : ''}`;
    case 'failed':
      return `failed: ${search.problem.title}`;
    default:
      return search.phase;
  }
}
