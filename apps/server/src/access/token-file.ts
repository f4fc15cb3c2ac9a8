import type { QuotaLimits } from './quota.ts';

/** One line of the file. */
export interface TokenEntry {
  readonly name: string;
  /** SHA-256 of the token. */
  readonly hash: Buffer;
  readonly limits: QuotaLimits;
}

const QUOTAS = {
  requests: /^\d{1,9}(\.\d{1,3})?$/,
  bytes: /^\d{1,15}$/,
  uploads: /^\d{1,9}$/,
  stored: /^\d{1,15}$/,
};

/** One token, as a line of the file. */
export function entryToLine({ name, hash, limits }: TokenEntry): string {
  const quotas = Object.entries(limits).map(([key, value]) => `${key}=${value}`);
  return [name, `sha256:${hash.toString('hex')}`, ...quotas].join(' ');
}

/**
 * Reads `name sha256:HEX requests=N bytes=N uploads=N stored=N`, one token a line, quotas where wanted; `#` begins a comment.
 * @throws {Error} with the line's number and what is wrong with it
 */
export function parseTokenFile(text: string): readonly TokenEntry[] {
  const entries: TokenEntry[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const words = line.replace(/#.*/, '').trim();
    if (!words) continue;
    try {
      const entry = parseLine(words.split(/\s+/));
      if (entries.some(({ name }) => name === entry.name)) throw new Error(`${entry.name} was named before`);
      entries.push(entry);
    } catch (error) {
      throw new Error(`line ${index + 1}: ${(error as Error).message}`);
    }
  }
  return entries;
}

function parseLine([name = '', hash = '', ...quotas]: string[]): TokenEntry {
  if (!/^[\w.-]{1,64}$/.test(name)) throw new Error('a name has 1 to 64 letters, digits, dots and dashes');
  const hex = /^sha256:([\da-f]{64})$/i.exec(hash)?.[1];
  if (!hex) throw new Error('after the name comes sha256: and 64 hexadecimal digits');
  return { name, hash: Buffer.from(hex, 'hex'), limits: parseQuotas(quotas) };
}

/** @throws {Error} naming the one that is wrong */
export function parseQuotas(words: readonly string[]): QuotaLimits {
  return Object.fromEntries(words.map(parseQuota));
}

function parseQuota(word: string): [string, number] {
  const [key = '', value = ''] = word.split('=');
  const pattern = Object.hasOwn(QUOTAS, key) ? QUOTAS[key as keyof typeof QUOTAS] : undefined;
  if (!pattern?.test(value) || Number(value) === 0) {
    throw new Error(
      `${word} is no quota; allowed are requests=N (a second), bytes=N, uploads=N and stored=N (bytes), N above 0`,
    );
  }
  return [key, Number(value)];
}
