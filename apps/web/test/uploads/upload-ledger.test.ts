import { describe, expect, it, vi } from 'vitest';
import { createUploadLedger, type UploadLedger } from '../../src/uploads/upload-ledger.ts';
import { FREE_LOCKS } from './free-locks.ts';

type Locks = Pick<LockManager, 'request'>;

/** A browser's tab, through reloads. */
function createTab(items = new Map<string, string>()) {
  const storage = {
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, value: string) => void items.set(name, value),
    removeItem: (name: string) => void items.delete(name),
    key: (index: number) => [...items.keys()][index] ?? null,
    get length() {
      return items.size;
    },
  };
  const open = (pageId: string, locks: Locks | null = FREE_LOCKS) =>
    createUploadLedger({ storage: () => storage, locks: () => locks ?? undefined, pageId });
  return { open, duplicate: () => createTab(new Map(items)) };
}

async function deletedBy(ledger: UploadLedger): Promise<string[]> {
  const deleted: string[] = [];
  await ledger.deleteLeft(async (id) => void deleted.push(id));
  return deleted;
}

describe('createUploadLedger', () => {
  it('deletes nothing where nothing was left', async () => {
    const ledger = createTab().open('first');
    expect(ledger.hasLeft()).toBe(false);
    expect(await deletedBy(ledger)).toEqual([]);
  });

  it('leaves to the next page what was not deleted, once', async () => {
    const tab = createTab();
    const first = tab.open('first');
    for (const id of ['a', 'b', 'c']) first.add(id);
    first.remove('b');
    expect(first.ids()).toEqual(['a', 'c']);
    const second = tab.open('second');
    expect(second.ids()).toEqual([]);
    expect(second.hasLeft()).toBe(true);
    expect(await deletedBy(second)).toEqual(['a', 'c']);
    expect(second.hasLeft()).toBe(false);
    expect(await deletedBy(second)).toEqual([]);
  });

  it('does not touch what the page itself still needs', async () => {
    const ledger = createTab().open('first');
    ledger.add('a');
    expect(ledger.hasLeft()).toBe(false);
    expect(await deletedBy(ledger)).toEqual([]);
    expect(ledger.ids()).toEqual(['a']);
  });

  it('keeps what could not be deleted for the page after', async () => {
    const tab = createTab();
    const first = tab.open('first');
    for (const id of ['a', 'b', 'c']) first.add(id);
    const away = async (id: string) => {
      if (id === 'b') throw new Error('the server is away');
    };
    await expect(tab.open('second').deleteLeft(away)).rejects.toThrow('away');
    expect(await deletedBy(tab.open('third'))).toEqual(['b', 'c']);
  });

  it('takes nothing from the tab that this one is a copy of, until that is gone', async () => {
    const held = new Map<string, Promise<unknown>>();
    const gone = Promise.withResolvers<void>();
    // What is held stays so until its page is gone.
    const locks = {
      request(name: string, action: () => unknown) {
        const free = held.get(name) ?? Promise.resolve();
        const done = free.then(() => Promise.race([action(), gone.promise]));
        held.set(name, done);
        return done;
      },
    } as unknown as Locks;
    const tab = createTab();
    tab.open('first', locks).add('a');
    const copy = tab.duplicate().open('second', locks);
    const deleted: string[] = [];
    const all = copy.deleteLeft(async (id) => void deleted.push(id));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(deleted).toEqual([]);
    gone.resolve();
    await all;
    expect(deleted).toEqual(['a']);
  });

  it('takes nothing from another page where there are no locks: that may be of a tab that is still open', async () => {
    const tab = createTab();
    tab.open('first', null).add('a');
    const copy = tab.duplicate().open('second', null);
    expect(copy.hasLeft()).toBe(false);
    expect(await deletedBy(copy)).toEqual([]);
    expect(copy.ids()).toEqual([]);
  });

  it('is not troubled by a browser that refuses locks', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    const request = () => Promise.reject(new DOMException('Access is denied.', 'SecurityError'));
    const ledger = createTab().open('first', { request } as Locks);
    ledger.add('a');
    expect(ledger.ids()).toEqual(['a']);
    await new Promise((resolve) => setTimeout(resolve));
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  it('does without where the browser is told to keep nothing', async () => {
    const storage = () => {
      throw new DOMException('Access is denied for this document.', 'SecurityError');
    };
    const ledger = createUploadLedger({ storage, locks: () => undefined, pageId: 'first' });
    ledger.add('a');
    ledger.remove('a');
    expect([ledger.ids(), ledger.hasLeft(), await deletedBy(ledger)]).toEqual([[], false, []]);
  });
});
