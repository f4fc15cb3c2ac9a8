import { Code, ConnectError } from '@connectrpc/connect';

/** A watch takes some 50 kB for as long as its client likes, and may be a stranger's. */
const MAX_WATCHES = 1000;
/** Whoever watches from there, by however many connections, leaves others as many. */
const MAX_WATCHES_OF_ADDRESS = 500;
/** A client has one for each service that it calls. */
const MAX_WATCHES_OF_CONNECTION = 20;

/** Counts one more, until the function that it returns is called. @throws {ConnectError} `resource-exhausted` */
export type CountWatch = (connection: object, address: string | undefined) => () => void;

export function createWatchCounter(): CountWatch {
  /** Of connections, of networks, and of all. */
  const counts = new Map<unknown, number>();
  const add = (key: unknown, change: 1 | -1) => {
    const count = (counts.get(key) ?? 0) + change;
    if (count > 0) counts.set(key, count);
    else counts.delete(key);
  };
  return (connection, address) => {
    const limits = [
      [connection, MAX_WATCHES_OF_CONNECTION, 'one connection'],
      [networkOf(address), MAX_WATCHES_OF_ADDRESS, 'one address'],
      ['all', MAX_WATCHES, 'all connections together'],
    ] as const;
    for (const [key, most, whose] of limits) {
      if ((counts.get(key) ?? 0) < most) continue;
      const text = `health is watched too often: ${whose} may have ${most} watches at once`;
      throw new ConnectError(text, Code.ResourceExhausted);
    }
    for (const [key] of limits) add(key, 1);
    return () => {
      for (const [key] of limits) add(key, -1);
    };
  };
}

/** An address of IPv4; of IPv6 the first half, since whoever has one address of a network has all of them. */
export function networkOf(address = ''): string {
  if (!address.includes(':') || address.startsWith('::ffff:')) return address;
  const [head = [], tail = []] = address.split('::').map((half) => half.split(':').filter(Boolean));
  return [...head, ...Array(8 - head.length - tail.length).fill('0'), ...tail].slice(0, 4).join(':');
}
