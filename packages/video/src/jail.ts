import { spawnSync } from 'node:child_process';
import { isOutOfHandles } from './out-of-handles.ts';

/**
 * What the operating system holds a decoder to, whatever its file makes it do. Far more than any video needs, so that
 * only a decoder gone wrong meets it.
 */
const LIMITS = [
  // No dump of what was in memory.
  'ulimit -c 0',
  // No file may be written; pipes may.
  'ulimit -f 0',
  // Open files: its own libraries, its pipes, one video.
  'ulimit -n 64',
  // Memory in kB. A frame of 8K takes 50 MB, a decoder keeps up to 17 of them.
  `ulimit -d ${3 * 2 ** 20}`,
  // Processor time in seconds: a video of 4 hours, decoded more slowly than it plays on two threads.
  `ulimit -t ${8 * 3600}`,
];

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
}

let network: readonly string[] | undefined;

/** The same program held to those limits and, where the system lets us, without any network. Its process is the one started. */
export function jailed({ command, args }: Command): Command {
  if (process.platform === 'win32') return { command, args };
  // A limit that is lower already cannot be set, and need not be.
  const script = `{ ${LIMITS.join('; ')}; } 2>/dev/null; exec "$@"`;
  return { command: '/bin/sh', args: ['-c', script, 'sh', ...withoutNetwork(), command, ...args] };
}

/** Whether decoders can be kept from the network here: on Linux, where users may have namespaces of their own. */
export function canDenyNetwork(): boolean {
  return withoutNetwork().length > 0;
}

function withoutNetwork(): readonly string[] {
  if (network) return network;
  const prefix = ['unshare', '--map-root-user', '--net', '--'];
  const [command = '', ...args] = prefix;
  const { status, error } = spawnSync(command, [...args, 'true']);
  // That nothing can be started just now says nothing about what the system allows.
  if (isOutOfHandles(error)) throw error;
  network = status === 0 ? prefix : [];
  return network;
}
