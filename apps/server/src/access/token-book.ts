import { readFileSync } from 'node:fs';
import { SettingError } from '../setting.ts';
import type { Caller } from './caller.ts';
import { createByteAccount, createRate } from './quota.ts';
import { findByToken } from './token.ts';
import { entryToLine, parseTokenFile, type TokenEntry } from './token-file.ts';

/** The tokens that are good now. */
export interface TokenBook {
  find(token: string): Caller | undefined;
  /** Reads the file again. @throws {SettingError} when it is not right; the tokens then stay as they were */
  reload(): void;
}

type KnownCaller = Caller & { readonly hash: Buffer; readonly line: string };

/** @throws {SettingError} when the file cannot be read or is not right */
export function openTokenBook(path: string): TokenBook {
  let callers: readonly KnownCaller[] = [];

  function reload(): void {
    const before = callers;
    // Whose line is the same keeps what is used of its quotas.
    callers = readEntries(path).map(
      (entry) => before.find(({ line }) => line === entryToLine(entry)) ?? entryToCaller(entry),
    );
  }

  reload();
  return { find: (token) => findByToken(token, callers), reload };
}

function readEntries(path: string): readonly TokenEntry[] {
  try {
    return parseTokenFile(readFileSync(path, 'utf8'));
  } catch (cause) {
    const why = (cause as Error).message;
    throw new SettingError(`TOKENS_FILE is ${path}, which cannot be used: ${why}`, { cause });
  }
}

function entryToCaller(entry: TokenEntry): KnownCaller {
  const { requests, bytes, uploads } = entry.limits;
  return {
    name: entry.name,
    hash: entry.hash,
    line: entryToLine(entry),
    ...(requests !== undefined && { rate: createRate(requests) }),
    ...(bytes !== undefined && { bytes: createByteAccount(bytes) }),
    ...(uploads !== undefined && { uploads }),
  };
}
