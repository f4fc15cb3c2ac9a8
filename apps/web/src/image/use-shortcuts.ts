import { useEffect } from 'react';
import type { KeyHelp } from '../keys/keys-dialog.tsx';
import { useSingleKeys } from '../keys/use-single-keys.ts';

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

/** The keys and their actions. */
const KEYS: Readonly<Record<string, keyof ShortcutActions>> = {
  '+': 'zoomIn',
  '=': 'zoomIn',
  '-': 'zoomOut',
  '0': 'showWhole',
  '1': 'showFullSize',
  b: 'toggleBoxes',
  n: 'next',
  p: 'previous',
  '?': 'help',
};

/** The same for people. */
export const SHORTCUTS: KeyHelp = [
  [['+', '−'], 'Zoom in and out; so does the wheel'],
  [['0'], 'Show all of the picture'],
  [['1'], 'Show it at full size'],
  [['←', '↑', '→', '↓'], 'Move the picture, when it has the focus'],
  [['B'], 'Hide or show all boxes'],
  [['N', 'P'], 'Next and previous picture'],
  [['?'], 'This list'],
];

/**
 * Listens to single keys anywhere on the page, unless that is switched off.
 *
 * @param actions must stay the same between renders
 */
export function useShortcuts(actions: ShortcutActions, active: boolean): void {
  const singleKeys = useSingleKeys();
  useEffect(() => {
    if (!active || !singleKeys) return;
    function onKeyDown(event: KeyboardEvent) {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const action = Object.hasOwn(KEYS, event.key.toLowerCase()) && KEYS[event.key.toLowerCase()];
      if (!action) return;
      event.preventDefault();
      actions[action]();
    }
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [actions, active, singleKeys]);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const isText = target instanceof HTMLInputElement && target.type !== 'range' && target.type !== 'checkbox';
  return isText || target.isContentEditable || ['TEXTAREA', 'SELECT'].includes(target.tagName);
}
