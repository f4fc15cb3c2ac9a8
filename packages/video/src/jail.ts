import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { isOutOfHandles } from './out-of-handles.ts';

/** What the operating system holds a decoder to, whatever its file makes it do. */
export interface JailLimits {
  /** Size that a file may have which is written. Pipes have none. */
  readonly fileBytes: number;
  /** Files that are open at once: its own libraries and pipes, what is decoded. */
  readonly openFiles: number;
  readonly memoryBytes: number;
  /** Processor time of all its threads. */
  readonly cpuSeconds: number;
}

/** Far more than any video needs, so that only a decoder gone wrong meets it. */
const VIDEO_LIMITS: JailLimits = {
  fileBytes: 0,
  openFiles: 64,
  // A frame of 8K takes 50 MB, a decoder keeps up to 17 of them.
  memoryBytes: 3 * 2 ** 30,
  // A video of 4 hours, decoded more slowly than it plays on two threads.
  cpuSeconds: 8 * 3600,
};

/** The shell's units. */
const BLOCK_BYTES = 512;
const KIB = 1024;

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
}

let network: readonly string[] | undefined;

/** The same program held to the limits and, where the system lets us, without any network. Its process is the one started. */
export function jailed({ command, args }: Command, limits = VIDEO_LIMITS): Command {
  if (process.platform === 'win32') return { command, args };
  const { fileBytes, openFiles, memoryBytes, cpuSeconds } = limits;
  const settings = [
    // No dump of what was in memory.
    'ulimit -c 0',
    `ulimit -f ${Math.ceil(fileBytes / BLOCK_BYTES)}`,
    `ulimit -n ${openFiles}`,
    `ulimit -d ${Math.ceil(memoryBytes / KIB)}`,
    `ulimit -t ${cpuSeconds}`,
    // No real-time priority, which the server may have been given.
    'ulimit -r 0',
  ];
  // A limit that is lower already cannot be set, and need not be.
  const script = `{ ${settings.join('; ')}; } 2>/dev/null; exec "$@"`;
  return { command: '/bin/sh', args: ['-c', script, 'sh', ...withoutNetwork(), command, ...args] };
}

/**
 * What a decoder has of the environment: no secrets go along with strangers' bytes. NODE_ENV is there because Next's
 * types, which the page's tests come with, want it in every environment.
 */
export function bareEnvironment(): Pick<NodeJS.ProcessEnv, 'PATH' | 'SystemRoot' | 'NODE_ENV'> {
  const { PATH, SystemRoot, NODE_ENV } = process.env;
  return { PATH, SystemRoot, NODE_ENV };
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

/** What decoders are not kept from here, in a sentence for each: nothing, on a Linux that is not held back itself. */
export function jailGaps(): string[] {
  if (process.platform === 'win32')
    return ['Decoders have no limits by the system here, and can reach files and the network'];
  const gaps = [];
  if (!canDenyNetwork())
    gaps.push(
      'Decoders can reach the network here: this user may not have namespaces (unshare --user --net)',
    );
  if (!canDenyOpening())
    gaps.push('Decoders of pictures can open files here: there is no prlimit, which is a part of util-linux');
  return gaps;
}

function canDenyOpening(): boolean {
  return process.platform === 'linux' && spawnSync('prlimit', ['--version']).status === 0;
}

/**
 * From now on the process opens nothing, neither files nor sockets; what it has open it keeps. For one that has
 * loaded all it needs and has seen nothing of a stranger's yet.
 *
 * @returns whether the system did so: Linux does, with util-linux
 */
export async function denyOpening(pid: number): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const child = spawn('prlimit', [`--pid=${pid}`, '--nofile=0:0'], { stdio: 'ignore' });
  try {
    const [code] = await once(child, 'exit');
    return code === 0;
  } catch (error) {
    // Else it is not there, which is no passing thing.
    if (isOutOfHandles(error)) throw error;
    return false;
  }
}
