import { readSmallFile } from '../read-small-file.ts';
import { SettingError } from '../setting.ts';
import { type Caller, createAccounts } from './caller.ts';
import { findByToken } from './token.ts';
import { entryToLine, parseTokenFile, type TokenEntry } from './token-file.ts';

/** The tokens that are good now. */
export interface TokenBook {
  find(token: string): Caller | undefined;
  /** Whether there is none: nobody gets in. */
  readonly isEmpty: boolean;
  /** Reads the file again, and revokes the tokens that are gone. @throws {SettingError} when it is not right; the tokens then stay as they were */
  reload(): void;
}

interface KnownCaller extends Caller {
  readonly hash: Buffer;
  readonly line: string;
  readonly revocation: AbortController;
}

/**
 * A file that names no token stops the start, where it is a mistake. Later it revokes the last.
 * @throws {SettingError} when the file cannot be read or is not right
 */
export function openTokenBook(path: string): TokenBook {
  let callers: readonly KnownCaller[] = [];

  function reload(): void {
    const before = callers;
    callers = readEntries(path).map((entry) => {
      const known = before.find(({ name, hash }) => name === entry.name && hash.equals(entry.hash));
      // Whose line is the same keeps what is used of its quotas.
      return known?.line === entryToLine(entry) ? known : entryToCaller(entry, known?.revocation);
    });
    const kept = new Set(callers.map(({ revocation }) => revocation));
    for (const { revocation } of before) if (!kept.has(revocation)) revocation.abort();
  }

  reload();
  if (callers.length === 0) throw unusable(path, new Error('it names no token'));
  return {
    find: (token) => findByToken(token, callers),
    get isEmpty() {
      return callers.length === 0;
    },
    reload,
  };
}

function readEntries(path: string): readonly TokenEntry[] {
  try {
    return parseTokenFile(readSmallFile(path).toString());
  } catch (cause) {
    throw unusable(path, cause as Error);
  }
}

function unusable(path: string, cause: Error): SettingError {
  return new SettingError(`TOKENS_FILE is ${path}, which cannot be used: ${cause.message}`, { cause });
}

function entryToCaller(entry: TokenEntry, revocation = new AbortController()): KnownCaller {
  return {
    name: entry.name,
    hash: entry.hash,
    line: entryToLine(entry),
    revocation,
    revoked: revocation.signal,
    ...createAccounts(entry.limits),
  };
}
