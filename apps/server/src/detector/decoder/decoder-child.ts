import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { bareEnvironment, type JailLimits, jailed } from '@boxwire/video/jail';
import { outOfHandles } from '@boxwire/video/out-of-handles';
import { lowerSession, NICENESS } from '../lower-priority.ts';

/** No line is nearly as long. */
const MAX_LINE = 2 ** 14;
const MAX_LOG = 1000;

export interface Ending {
  /** For an error message. */
  readonly fate: string;
  /** - `time`: killed by us, since it took too long
   * - `sleep`: killed by us, since it waited for what never came
   * - `outside`: killed by somebody else, or by us for good, or since somebody else kept it from computing
   * - `itself`: crashed, said what it must not, or met a limit of the system
   * - `age`: ended in peace, to be followed by a fresh one */
  readonly cause: 'time' | 'sleep' | 'outside' | 'itself' | 'age';
  /** The end of what it wrote to its standard error. */
  readonly log: string;
}

export interface ChildOptions {
  /** A script for Node. */
  readonly main: string;
  readonly limits: JailLimits;
  /** A file that it has open as well, as its descriptor 3. */
  readonly file: number;
}

/** A jailed process that is told lines and says lines. */
export class DecoderChild {
  /** Resolves once it is gone. */
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  #text = '';
  #log = '';
  #asked: PromiseWithResolvers<string> | undefined;
  #ending: Ending | undefined;
  #cause: Ending['cause'] | undefined;

  constructor(options: ChildOptions) {
    this.#child = spawnJailed(options);
    void lowerSession(this.#child.pid, NICENESS.decoder);
    const { stdin, stdout, stderr } = this.#child;
    const { promise, resolve } = Promise.withResolvers<Ending>();
    this.ended = promise;
    const end = (fate: string, cause: Ending['cause']) => {
      this.#ending ??= { fate, cause: this.#cause ?? cause, log: this.#log };
      this.#asked?.reject(new Error(fate));
      resolve(this.#ending);
    };
    this.#child.once('error', ({ message }) => end(message, 'itself'));
    if (!stdout) throw outOfHandles(process.execPath);
    this.#child.once('close', (code, signal) => {
      if (signal) end(`killed by ${signal}`, isFromOutside(signal) ? 'outside' : 'itself');
      else end(`exit code ${code}`, code === 0 ? 'age' : 'itself');
    });
    // Its end says all.
    stdin.on('error', () => {});
    stdout.setEncoding('latin1').on('data', (text: string) => this.#take(text));
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#log = (this.#log + text).slice(-MAX_LOG);
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isOver(): boolean {
    return this.#ending !== undefined;
  }

  say(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** The next line. @throws where it ends instead */
  readLine(): Promise<string> {
    this.#asked = Promise.withResolvers();
    const { promise } = this.#asked;
    if (this.#ending) this.#asked.reject(new Error(this.#ending.fate));
    this.#take('');
    return promise;
  }

  /** Ends it at once; the first reason counts. */
  kill(cause: Ending['cause']): void {
    this.#cause ??= cause;
    this.#child.kill('SIGKILL');
  }

  #take(text: string): void {
    this.#text += text;
    if (this.#text.length > MAX_LINE) this.kill('itself');
    const end = this.#text.indexOf('\n');
    if (end < 0 || !this.#asked) return;
    const line = this.#text.slice(0, end);
    this.#text = this.#text.slice(end + 1);
    this.#asked.resolve(line);
    this.#asked = undefined;
  }
}

/** Crashes have other signals. */
function isFromOutside(signal: NodeJS.Signals): boolean {
  return ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'].includes(signal);
}

function spawnJailed({ main, limits, file }: ChildOptions) {
  const { command, args } = jailed({ command: process.execPath, args: [main] }, limits);
  return spawn(command, args, {
    stdio: ['pipe', 'pipe', 'pipe', file],
    // One picture at a time needs one thread, and libvips is to put nothing into temporary files.
    env: { ...bareEnvironment(), UV_THREADPOOL_SIZE: '1', VIPS_DISC_THRESHOLD: '1000g' },
    // Away from the terminal, whose Ctrl-C is the server's to hear: it ends its decoders when all is answered.
    detached: process.platform !== 'win32',
    windowsHide: true,
  }) as ChildProcessByStdio<Writable, Readable, Readable>;
}
