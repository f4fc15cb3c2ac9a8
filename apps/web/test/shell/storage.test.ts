import { afterEach, describe, expect, it, vi } from 'vitest';
import { forget, recall, remember } from '../../src/shell/storage.ts';

function createStorage(): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> {
  const items = new Map<string, string>();
  return {
    getItem: (name) => items.get(name) ?? null,
    setItem: (name, value) => void items.set(name, value),
    removeItem: (name) => void items.delete(name),
  };
}

/** What a browser does that is told to keep nothing. */
const blocked = {
  configurable: true,
  get() {
    throw new DOMException('Access is denied for this document.', 'SecurityError');
  },
};

afterEach(() => {
  vi.unstubAllGlobals();
});

describe.each(['kept', 'blocked'])('what is remembered in storage that is %s', (kind) => {
  it('is there until it is forgotten', () => {
    vi.stubGlobal('localStorage', createStorage());
    if (kind === 'blocked') Object.defineProperty(globalThis, 'localStorage', blocked);
    expect(recall('a')).toBeUndefined();
    remember('a', 'on');
    expect(recall('a')).toBe('on');
    forget('a');
    expect(recall('a')).toBeUndefined();
  });
});
