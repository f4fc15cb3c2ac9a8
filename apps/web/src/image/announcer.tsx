import { useEffect, useState } from 'react';
import type { Detection } from '../detections/detection.ts';
import { countObjects, tallyByClass } from '../detections/words.ts';
import type { SearchState } from './image-search.ts';

/** Long enough that a slider on the move is not read out step by step. */
const SETTLE_MS = 400;

/** Tells screen readers how the search goes. Failures are alerts where they are shown. */
export function Announcer({ state, shown }: { state: SearchState; shown: readonly Detection[] }) {
  const text = announce(state, shown);
  const [settled, setSettled] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <p className="visually-hidden" role="status" aria-label="Search">
      {settled}
    </p>
  );
}

function announce(state: SearchState, shown: readonly Detection[]): string {
  switch (state.phase) {
    case 'searching':
      return `Searching ${state.picture.file.name}`;
    case 'cancelled':
      return 'Search cancelled';
    case 'found':
      return `${countObjects(shown.length)} shown${shown.length > 0 ? `: ${tallyByClass(shown)}` : ''}`;
    default:
      return '';
  }
}
