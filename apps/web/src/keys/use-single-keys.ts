import { useSyncExternalStore } from 'react';
import { recall, remember } from '../shell/storage.ts';

const STORED = 'boxwire-single-keys';
const listeners = new Set<() => void>();

/**
 * Whether the page listens to single keys. Who speaks to a computer or trembles may not want that: it can be switched
 * off, for both tabs, and stays so.
 */
export function useSingleKeys(): boolean {
  return useSyncExternalStore(subscribe, read, () => false);
}

export function setSingleKeys(on: boolean): void {
  remember(STORED, on ? 'on' : 'off');
  for (const listener of listeners) listener();
}

const read = () => recall(STORED) !== 'off';

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
