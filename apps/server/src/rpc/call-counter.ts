import { Code, ConnectError } from '@connectrpc/connect';
import type { Caller } from '../access/caller.ts';
import type { HttpRequest } from './http.ts';

/** How many calls one may have at once. */
export interface CallLimit {
  /** Who or what: the same for all calls that are counted together. */
  readonly key: unknown;
  readonly most: number;
  /** For the message, for example `one address`. */
  readonly whose: string;
}

/** Counts one more, until the function that it returns is called. @throws {ConnectError} `resource-exhausted` */
export type CountCall = (limits: readonly CallLimit[]) => () => void;

/** @param fault what is said where there are too many @param what the calls, for messages */
export function createCallCounter(fault: string, what: string): CountCall {
  const counts = new Map<unknown, number>();
  const add = (key: unknown, change: 1 | -1) => {
    const count = (counts.get(key) ?? 0) + change;
    if (count > 0) counts.set(key, count);
    else counts.delete(key);
  };
  return (limits) => {
    for (const { key, most, whose } of limits) {
      if ((counts.get(key) ?? 0) < most) continue;
      const text = `${fault}: ${whose} may have ${most} ${what} at once`;
      throw new ConnectError(text, Code.ResourceExhausted);
    }
    for (const { key } of limits) add(key, 1);
    return () => {
      for (const { key } of limits) add(key, -1);
    };
  };
}

/** All calls of one caller; of one who does not say who that is, the address is known. */
export function callsOf({ name }: Caller, { socket }: HttpRequest): Pick<CallLimit, 'key' | 'whose'> {
  return name
    ? { key: `caller ${name}`, whose: name }
    : { key: networkOf(socket?.remoteAddress), whose: 'one address' };
}

/** An address of IPv4; of IPv6 the first half, since whoever has one address of a network has all of them. */
export function networkOf(address = ''): string {
  if (!address.includes(':') || address.startsWith('::ffff:')) return address;
  const [head = [], tail = []] = address.split('::').map((half) => half.split(':').filter(Boolean));
  return [...head, ...Array(8 - head.length - tail.length).fill('0'), ...tail].slice(0, 4).join(':');
}
