import type { Detection } from '../detections/detection.ts';
import { countObjects, tallyByClass } from '../detections/words.ts';
import { SettledStatus } from '../shell/settled-status.tsx';
import type { DeskState } from './picture-desk.ts';
import { progressInWords } from './progress-in-words.ts';

interface Props {
  readonly state: DeskState;
  readonly shown: readonly Detection[];
  readonly boxesHidden: boolean;
}

/** Tells screen readers how the search goes. Failures are alerts where they are shown. */
export function Announcer({ state, shown, boxesHidden }: Props) {
  const text = [announceCurrent(state, shown), boxesHidden && 'Boxes are hidden', announceAll(state)]
    .filter(Boolean)
    .join('. ');
  return <SettledStatus label="Search" text={text} />;
}

function announceCurrent({ current }: DeskState, shown: readonly Detection[]): string {
  const name = current?.file.name;
  switch (current?.search.phase) {
    case 'waiting':
      return `${name} waits for its turn`;
    case 'searching':
      return `Searching ${name}`;
    case 'cancelled':
      return 'Search cancelled';
    case 'found':
      return `${countObjects(shown.length)} shown${shown.length > 0 ? `: ${tallyByClass(shown)}` : ''}`;
    default:
      return '';
  }
}

/** How far several pictures have come; nothing for one. */
function announceAll({ pictures }: DeskState): string {
  return pictures.length < 2 ? '' : progressInWords(pictures);
}
