/**
 * The uploads that a page is to delete, noted in the browser's tab: what a page leaves that is reloaded meanwhile, the next
 * one in the tab deletes. Where the browser is told to keep nothing, nothing is noted, and where it has no locks, nobody knows
 * whether the other page is gone: the server deletes it later.
 */
export interface UploadLedger {
  add(id: string): void;
  /** Called once the server has deleted it. */
  remove(id: string): void;
  /** Of this page. */
  ids(): readonly string[];
  /** Whether a page before this one left some. */
  hasLeft(): boolean;
  /** Deletes what pages before this one left. @throws what `deleteOne` throws; the rest stays noted */
  deleteLeft(deleteOne: (id: string) => Promise<unknown>): Promise<void>;
}

export interface LedgerOptions {
  /** The tab's; throws where there is none. */
  readonly storage: () => Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;
  /** Undefined where browsers have none, on addresses without TLS. */
  readonly locks: () => Pick<LockManager, 'request'> | undefined;
  /** Unlike any other page's. */
  readonly pageId: string;
}

const PREFIX = 'boxwire-uploads-';

export function createUploadLedger({ storage, locks, pageId }: LedgerOptions): UploadLedger {
  const own = PREFIX + pageId;
  let isHeld = false;

  function read(name: string): readonly string[] {
    try {
      return storage().getItem(name)?.split(' ') ?? [];
    } catch {
      return [];
    }
  }

  function write(name: string, ids: readonly string[]) {
    try {
      if (ids.length > 0) storage().setItem(name, ids.join(' '));
      else storage().removeItem(name);
    } catch {
      // There is no place for it.
    }
  }

  function drop(name: string, id: string) {
    const rest = read(name).filter((other) => other !== id);
    write(name, rest);
  }

  function left(): readonly string[] {
    try {
      const kept = storage();
      const names = Array.from({ length: kept.length }, (_, index) => kept.key(index) ?? '');
      return names.filter((name) => name.startsWith(PREFIX) && name !== own);
    } catch {
      return [];
    }
  }

  /** A tab that is duplicated begins with all that is noted in the first, whose page still needs its uploads. */
  function hold() {
    // Refused where the browser is told to keep nothing: then nothing is noted that a copy could take.
    if (!isHeld)
      locks()
        ?.request(own, () => new Promise(() => {}))
        .catch(() => {});
    isHeld = true;
  }

  return {
    add(id) {
      hold();
      write(own, [...read(own), id]);
    },
    remove: (id) => drop(own, id),
    ids: () => read(own),
    hasLeft: () => locks() !== undefined && left().length > 0,
    async deleteLeft(deleteOne) {
      async function deleteAll(name: string) {
        for (const id of read(name)) {
          await deleteOne(id);
          drop(name, id);
        }
      }
      await Promise.all(left().map((name) => locks()?.request(name, () => deleteAll(name))));
    },
  };
}
