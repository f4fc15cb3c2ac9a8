import type { KeyHelp } from '../keys/keys-dialog.tsx';
import type { KeyActions } from '../keys/use-key-actions.ts';

/** What single keys do. */
export interface ShortcutActions {
  readonly zoomIn: () => void;
  readonly zoomOut: () => void;
  readonly showWhole: () => void;
  readonly showFullSize: () => void;
  readonly toggleBoxes: () => void;
  readonly next: () => void;
  readonly previous: () => void;
  readonly help: () => void;
}

export const SHORTCUTS: KeyActions<ShortcutActions> = {
  '+': (picture) => picture.zoomIn(),
  '=': (picture) => picture.zoomIn(),
  '-': (picture) => picture.zoomOut(),
  '0': (picture) => picture.showWhole(),
  '1': (picture) => picture.showFullSize(),
  b: (picture) => picture.toggleBoxes(),
  n: (picture) => picture.next(),
  p: (picture) => picture.previous(),
  '?': (picture) => picture.help(),
};

/** The same for people. */
export const SHORTCUT_HELP: KeyHelp = [
  [['+', '−'], 'Zoom in and out; so does the wheel'],
  [['0'], 'Show all of the picture'],
  [['1'], 'Show it at full size'],
  [['←', '↑', '→', '↓'], 'Move the picture, when it has the focus'],
  [['B'], 'Hide or show all boxes'],
  [['N', 'P'], 'Next and previous picture'],
  [['?'], 'This list'],
];
