import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** So that people and scanners of leaked secrets know one when they see one. */
const PREFIX = 'boxwire_';
const RANDOM_BYTES = 32;

/** A new token: 256 random bits, as text that fits into a header and a cookie. */
export function createToken(): string {
  return PREFIX + randomBytes(RANDOM_BYTES).toString('base64url');
}

/**
 * What is kept of a token. One SHA-256 is enough: slow hashes are for passwords, which can be guessed; nobody tries
 * 2^256 tokens, however fast. And it must be cheap, since strangers can ask for it as often as they can send.
 */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** The entry whose token this is. Takes equally long whichever it is, and how much of a wrong one is right. */
export function findByToken<T extends { readonly hash: Buffer }>(
  token: string,
  entries: Iterable<T>,
): T | undefined {
  const hash = hashToken(token);
  let found: T | undefined;
  for (const entry of entries) if (timingSafeEqual(hash, entry.hash)) found = entry;
  return found;
}
