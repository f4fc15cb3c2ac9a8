import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { LogWatch } from './log-verdict.ts';
import { VideoError } from './video-error.ts';

interface DecoderProcessOptions {
  readonly stallMs: number;
  readonly signal: AbortSignal | undefined;
  /** Told each line on standard error; says whether it shows that a frame was decoded. */
  readonly onLine?: (line: string) => boolean;
}

/**
 * A child that writes pictures to its standard output. It is read only as fast as `read` is called, so a slow
 * caller fills the pipe and holds the child. Being cancelled and standing still both end it at once.
 */
export class DecoderProcess {
  readonly log = new LogWatch();
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #chunks: AsyncIterator<Buffer>;
  /** Resolves once the process is gone and its log is complete. */
  readonly closed: Promise<void>;
  readonly #options: DecoderProcessOptions;
  #rest: Buffer = Buffer.alloc(0);
  #lastSign = 0;
  #failure: unknown;

  constructor(command: string, args: readonly string[], options: DecoderProcessOptions) {
    options.signal?.throwIfAborted();
    this.#options = options;
    // The child decodes strangers' bytes: it gets no secrets of the environment along with them.
    const env = { PATH: process.env.PATH, SystemRoot: process.env.SystemRoot };
    this.#child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env, windowsHide: true });
    this.#child.on('error', (error) => {
      this.#failure ??= new VideoError('decoder-died', `${command} could not be started`, { cause: error });
    });
    this.closed = once(this.#child, 'close').then(
      () => {},
      () => {},
    );
    this.#chunks = this.#child.stdout[Symbol.asyncIterator]();
    createInterface({ input: this.#child.stderr }).on('line', (line) => {
      if (options.onLine?.(line)) this.#lastSign = performance.now();
      else this.log.add(line);
    });
    const abort = () => this.#fail(options.signal?.reason);
    options.signal?.addEventListener('abort', abort, { once: true });
    this.closed.then(() => options.signal?.removeEventListener('abort', abort));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** How the process ended, for an error message. */
  get fate(): string {
    const { signalCode, exitCode } = this.#child;
    return signalCode ? `killed by ${signalCode}` : `exit code ${exitCode}`;
  }

  get succeeded(): boolean {
    return this.#child.exitCode === 0;
  }

  /**
   * The next `length` bytes; fewer only where the output ends.
   * @throws {VideoError} `decoder-died` when the child stands still; or the signal's reason
   */
  async read(length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      if (this.#rest.length === 0) {
        const chunk = await this.wait(this.#chunks.next().catch(() => ({ done: true, value: undefined })));
        if (chunk.done || !chunk.value) break;
        this.#rest = chunk.value;
      }
      const part = this.#rest.subarray(0, length - filled);
      bytes.set(part, filled);
      filled += part.length;
      this.#rest = this.#rest.subarray(part.length);
    }
    if (this.#failure) throw this.#failure;
    return bytes.subarray(0, filled);
  }

  /**
   * Waits for `closed`.
   * @throws {VideoError} `decoder-died` where it does not come about; or the signal's reason
   */
  async untilClosed(): Promise<void> {
    await this.wait(this.closed);
    if (this.#failure) throw this.#failure;
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    this.#child.stdout.destroy();
    await this.closed;
  }

  /** Waits for the child to do something, as long as it gives a sign of life now and then. */
  async wait<T>(promise: Promise<T>): Promise<T> {
    const { stallMs } = this.#options;
    this.#lastSign = performance.now();
    const check = () => {
      const left = this.#lastSign + stallMs - performance.now();
      if (left > 0) timer = setTimeout(check, left);
      else this.#fail(new VideoError('decoder-died', `the decoder decoded no frame for ${stallMs / 1000} s`));
    };
    let timer = setTimeout(check, stallMs);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  #fail(reason: unknown): void {
    this.#failure ??= reason;
    this.kill();
  }
}
