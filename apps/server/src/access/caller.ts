import { type ByteAccount, createByteAccount, createRate, type QuotaLimits, type Rate } from './quota.ts';

/** Who makes a call. */
export interface Caller {
  /** The name of the token or the certificate; empty where nobody has to say who they are. */
  readonly name: string;
  /** Shared by all calls of this caller. */
  readonly rate?: Rate;
  readonly bytes?: ByteAccount;
  /** Aborts when the token is taken back. */
  readonly revoked?: AbortSignal;
  /** How many uploads may be kept at once. */
  readonly uploads?: number;
  /** How many bytes these may have together, as announced. */
  readonly stored?: number;
}

/** Everybody, where nobody has to say who they are. */
export const ANYBODY: Caller = { name: '' };

/** What is left of quotas: for all calls of one caller. */
export function createAccounts({
  requests,
  bytes,
  uploads,
  stored,
}: QuotaLimits): Omit<Caller, 'name' | 'revoked'> {
  return {
    ...(requests !== undefined && { rate: createRate(requests) }),
    ...(bytes !== undefined && { bytes: createByteAccount(bytes) }),
    ...(uploads !== undefined && { uploads }),
    ...(stored !== undefined && { stored }),
  };
}
