import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { copyBytes } from './copy-bytes.ts';
import { readGrowing } from './growing-file.ts';
import { bareEnvironment, jailed } from './jail.ts';
import { LineSplitter } from './line-splitter.ts';
import { LogWatch } from './log-verdict.ts';
import { outOfHandles } from './out-of-handles.ts';
import type { DecodeRequest, FrameMemory } from './video.ts';
import { VideoError } from './video-error.ts';

/** FFmpeg writes down what stands beside a frame in one line; a decoder that a video has taken over may never end it. */
const MAX_LINE = 2 ** 20;

interface DecoderProcessOptions {
  readonly stallMs: number;
  readonly signal: AbortSignal | undefined;
  readonly memory?: FrameMemory | undefined;
  /** Told each line on standard error; says whether it shows that a frame was decoded. */
  readonly onLine?: (line: string) => boolean;
  /** What goes to its standard input, as far as the child reads it, until the signal aborts. */
  readonly input?: (signal: AbortSignal) => AsyncIterable<Uint8Array>;
}

/** A growing file goes to the child's standard input; any other it opens itself. */
export function inputOf({ path, growth }: DecodeRequest): Pick<DecoderProcessOptions, 'input'> {
  return growth ? { input: (signal) => readGrowing(path, growth, signal) } : {};
}

/**
 * A child that writes pictures to its standard output. It is read only as fast as `read` is called, so a slow
 * caller fills the pipe and holds the child. Being cancelled and standing still both end it at once.
 */
export class DecoderProcess {
  readonly log = new LogWatch();
  readonly #child: ChildProcessByStdio<Writable | null, Readable, Readable>;
  /** Resolves once the process is gone and its log is complete. */
  readonly closed: Promise<void>;
  /** Resolves once its log is complete, though of its output there may be more to read. */
  readonly logged: Promise<void>;
  readonly #options: DecoderProcessOptions;
  /** What the next bytes are for, and how many of them are there. */
  #target: Uint8Array | undefined;
  #filled = 0;
  #targetDone = () => {};
  /** Read, and not asked for yet. */
  #rest: Buffer = Buffer.alloc(0);
  #lastSign = 0;
  #failure: unknown;
  #isStarved = false;

  constructor(command: string, args: readonly string[], options: DecoderProcessOptions) {
    options.signal?.throwIfAborted();
    this.#options = options;
    const env = bareEnvironment();
    const jail = jailed({ command, args });
    this.#child = options.input
      ? spawn(jail.command, jail.args, { stdio: ['pipe', 'pipe', 'pipe'], env, windowsHide: true })
      : spawn(jail.command, jail.args, { stdio: ['ignore', 'pipe', 'pipe'], env, windowsHide: true });
    this.#child.on('error', (error) => {
      this.#failure ??= new VideoError('decoder-died', `${command} could not be started`, { cause: error });
    });
    if (!this.#child.stdout) throw outOfHandles(command);
    this.closed = once(this.#child, 'close').then(
      () => {},
      () => {},
    );
    const { promise: logClosed, resolve: closeLog } = Promise.withResolvers<void>();
    this.#child.stderr.on('close', closeLog);
    this.logged = Promise.race([logClosed, this.closed]);
    this.#child.stdout.on('data', (chunk: Buffer) => {
      options.memory?.arrived(chunk.length);
      this.#take(chunk);
    });
    this.#child.stdout.pause();
    for (const end of ['end', 'close', 'error']) this.#child.stdout.on(end, () => this.#targetDone());
    this.#listen(this.#child.stderr);
    const abort = () => this.#fail(options.signal?.reason);
    options.signal?.addEventListener('abort', abort, { once: true });
    this.closed.then(() => options.signal?.removeEventListener('abort', abort));
    if (options.input) this.#feed(options.input).catch((error) => this.#fail(error));
  }

  /** Whether the child was given all that there is of its input, and there is more to come. */
  get isStarved(): boolean {
    return this.#isStarved && this.#child.stdin?.writableLength === 0;
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
    return this.#readInto(new Uint8Array(length));
  }

  /** The same, into memory for pixels. */
  async readPixels(length: number): Promise<Uint8Array> {
    return this.#readInto(this.#options.memory?.take(length) ?? new Uint8Array(length));
  }

  async #readInto(bytes: Uint8Array): Promise<Uint8Array> {
    this.#target = bytes;
    this.#filled = 0;
    this.#take(this.#rest);
    const { stdout } = this.#child;
    if (this.#target && stdout.readable) {
      const done = new Promise<void>((resolve) => {
        this.#targetDone = resolve;
      });
      stdout.resume();
      await this.wait(done);
    }
    this.#target = undefined;
    if (this.#failure) throw this.#failure;
    return bytes.subarray(0, this.#filled);
  }

  #listen(stderr: Readable): void {
    const lines = new LineSplitter();
    stderr.setEncoding('utf8').on('data', (text: string) => {
      for (const line of lines.take(text)) this.#hear(line);
      if (lines.rest.length <= MAX_LINE) return;
      this.#fail(
        new VideoError('decoder-died', `the decoder wrote a line of more than ${MAX_LINE} characters`),
      );
      stderr.destroy();
    });
    stderr.on('end', () => {
      if (lines.rest) this.#hear(lines.rest);
    });
  }

  #hear(line: string): void {
    if (this.#options.onLine?.(line)) this.#lastSign = performance.now();
    else this.log.add(line);
  }

  /** Puts bytes where they are asked for; what is left of them waits, and the child with it. */
  #take(chunk: Buffer): void {
    this.#lastSign = performance.now();
    if (!this.#target) {
      this.#rest = Buffer.concat([this.#rest, chunk]);
      return;
    }
    const part = chunk.subarray(0, this.#target.length - this.#filled);
    copyBytes(part, this.#target, this.#filled);
    this.#filled += part.length;
    this.#rest = chunk.subarray(part.length);
    if (this.#filled < this.#target.length) return;
    this.#target = undefined;
    this.#child.stdout.pause();
    this.#targetDone();
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
      // It cannot work on what is not there.
      if (this.isStarved) this.#lastSign = performance.now();
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

  async #feed(input: NonNullable<DecoderProcessOptions['input']>): Promise<void> {
    const { stdin } = this.#child;
    if (!stdin) return;
    // A child that has read enough, or is gone, takes no more: its output tells the rest.
    stdin.on('error', () => {});
    const over = new AbortController();
    stdin.once('close', () => over.abort());
    const chunks = input(over.signal)[Symbol.asyncIterator]();
    try {
      for (;;) {
        this.#isStarved = true;
        const { done, value } = await chunks.next();
        this.#isStarved = false;
        if (done) break;
        if (!stdin.write(value)) await once(stdin, 'drain', { signal: over.signal }).catch(() => {});
        if (stdin.destroyed) return;
      }
      stdin.end();
    } catch (error) {
      if (!over.signal.aborted) throw error;
    } finally {
      this.#isStarved = false;
      await chunks.return?.();
    }
  }

  #fail(reason: unknown): void {
    this.#failure ??= reason;
    this.kill();
  }
}
