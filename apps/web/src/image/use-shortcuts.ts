import { useCallback, useEffect, useState } from 'react';

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

const STORED = 'boxwire-single-keys';

/**
 * Listens to single keys anywhere on the page. Who speaks to a computer or trembles may not want that: it can be
 * switched off, and stays so.
 *
 * @param actions must stay the same between renders
 */
export function useShortcuts(actions: ShortcutActions, active: boolean) {
  const [singleKeys, show] = useState(() => localStorage.getItem(STORED) !== 'off');
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
  const setSingleKeys = useCallback((on: boolean) => {
    localStorage.setItem(STORED, on ? 'on' : 'off');
    show(on);
  }, []);
  return { singleKeys, setSingleKeys };
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const isText = target instanceof HTMLInputElement && target.type !== 'range' && target.type !== 'checkbox';
  return isText || target.isContentEditable || ['TEXTAREA', 'SELECT'].includes(target.tagName);
}
