import { useSyncExternalStore } from 'react';
import { createListeners } from '../shell/listeners.ts';
import { recall, remember } from '../shell/storage.ts';

const STORED = 'boxwire-single-keys';
const listeners = createListeners();

/**
 * Whether the page listens to single keys. Who speaks to a computer or trembles may not want that: it can be switched
 * off, for both tabs, and stays so.
 */
export function useSingleKeys(): boolean {
  return useSyncExternalStore(listeners.subscribe, read, () => false);
}

export function setSingleKeys(on: boolean): void {
  remember(STORED, on ? 'on' : 'off');
  listeners.tell();
}

const read = () => recall(STORED) !== 'off';
