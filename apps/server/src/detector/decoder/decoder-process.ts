import { readSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { denyOpening, type JailLimits } from '@boxwire/video/jail';
import { DetectorError } from '../detector-error.ts';
import { DecoderChild, type Ending } from './decoder-child.ts';
import {
  type DecoderLine,
  NEXT,
  type OrderLine,
  type PictureOrder,
  WINDOW_BYTES,
} from './decoder-protocol.ts';
import { isAsleep, processorTimeMs } from './processor-time.ts';
import { openWindow, type Window } from './window.ts';

const MAIN = fileURLToPath(new URL('picture-main.ts', import.meta.url));
/** Longer than a busy machine takes to start Node. */
const START_TIMEOUT_MS = 60_000;
/** One that computes for less than this share of its time sleeps, or was kept from it: stopped, or frozen with its machine. */
const MIN_SHARE = 0.02;

export interface DecoderOptions {
  readonly limits: Omit<JailLimits, 'fileBytes'>;
  /** After so long with one picture the process is killed. */
  readonly timeoutMs: number;
  /** What it runs; default: `picture-main.ts`. */
  readonly main?: string;
}

/** The process ended over an order; another one may be given the same. */
export class DecoderDeath extends Error {
  readonly ending: Ending;

  constructor(ending: Ending, cause?: unknown) {
    super(`a picture decoder ended: ${ending.fate}`, {
      cause: ending.log ? new Error(ending.log, { cause }) : cause,
    });
    this.name = 'DecoderDeath';
    this.ending = ending;
  }
}

/**
 * Looks at what the process says that it has done, which nobody has to believe, and says where its bytes go.
 * @throws where it cannot be true
 */
export type Accept<T> = (about: unknown, bytes: number) => { readonly value: T; readonly into: Uint8Array };

/** A process that decodes pictures, one at a time. It has no environment, no network, and the limits that it is given. */
export class DecoderProcess {
  readonly startedAt = performance.now();
  /** Resolves once it is gone, and the window with it. */
  readonly ended: Promise<Ending>;
  readonly #child: DecoderChild;
  readonly #window: Window;
  readonly #timeoutMs: number;

  /** Resolves when it can take an order. @throws {DecoderDeath} with what kept it from starting */
  static async start(options: DecoderOptions): Promise<DecoderProcess> {
    const decoder = DecoderProcess.#begin(options);
    await decoder.#within(START_TIMEOUT_MS, async () => {
      const { kind } = decoder.#parse(await decoder.#child.readLine());
      if (kind !== 'ready') throw new Error(`it began with ${kind}`);
      // It has loaded what it needs, and seen no picture yet.
      await denyOpening(decoder.pid);
    });
    return decoder;
  }

  static #begin(options: DecoderOptions): DecoderProcess {
    const window = openWindow();
    try {
      return new DecoderProcess(window, options);
    } catch (error) {
      window.close();
      throw error;
    }
  }

  private constructor(window: Window, { limits, timeoutMs, main = MAIN }: DecoderOptions) {
    this.#window = window;
    this.#timeoutMs = timeoutMs;
    this.#child = new DecoderChild({
      main,
      file: window.fd,
      limits: { ...limits, fileBytes: WINDOW_BYTES },
    });
    this.ended = this.#child.ended.then((ending) => {
      window.close();
      return ending;
    });
  }

  get pid(): number {
    return this.#child.pid;
  }

  get isOver(): boolean {
    return this.#child.isOver;
  }

  /**
   * One order at a time.
   * @throws {DetectorError} what is wrong with the picture
   * @throws {DecoderDeath} when the process dies over it, or takes too long
   */
  async run<T>(order: PictureOrder, input: Uint8Array, accept: Accept<T>): Promise<T> {
    const answer = await this.#within(this.#timeoutMs, async () => {
      await this.#send(order, input);
      const line = this.#parse(await this.#child.readLine());
      if (line.kind === 'refused' || line.kind === 'failed') return line;
      if (line.kind !== 'done') throw new Error('it did not answer');
      const { value, into } = accept(line.about, line.bytes);
      if (into.length !== line.bytes)
        throw new Error(`it sent ${line.bytes} bytes instead of ${into.length}`);
      await this.#receive(into);
      return { kind: 'value', value } as const;
    });
    if (answer.kind === 'value') return answer.value;
    if (answer.kind === 'refused') throw new DetectorError(answer.errorKind, answer.message);
    throw new Error(answer.message);
  }

  async kill(): Promise<void> {
    this.#child.kill('outside');
    await this.ended;
  }

  /** What goes wrong within, or takes longer, ends the process. @throws {DecoderDeath} */
  async #within<T>(ms: number, work: () => Promise<T>): Promise<T> {
    const stopTimer = this.#killAfter(ms);
    try {
      return await work();
    } catch (cause) {
      if (!this.isOver) this.#child.kill('itself');
      throw new DecoderDeath(await this.ended, cause);
    } finally {
      stopTimer();
    }
  }

  /** @returns how to prevent it */
  #killAfter(ms: number): () => void {
    // In two halves, so that most orders cost no look at /proc. And where all was frozen, the second is still to come.
    const halfMs = ms / 2;
    let timer = setTimeout(() => {
      const before = processorTimeMs(this.pid);
      const wasAsleep = isAsleep(this.pid);
      timer = setTimeout(() => {
        const after = processorTimeMs(this.pid);
        const isKnown = before !== undefined && after !== undefined;
        const isIdle = isKnown && after - before < MIN_SHARE * halfMs;
        const whyIdle = wasAsleep && isAsleep(this.pid) ? 'sleep' : 'outside';
        this.#child.kill(isIdle ? whyIdle : 'time');
      }, halfMs);
    }, halfMs);
    return () => clearTimeout(timer);
  }

  async #send(order: PictureOrder, input: Uint8Array): Promise<void> {
    const first: OrderLine = { order, bytes: input.length };
    for (let at = 0; at < input.length; at += WINDOW_BYTES) {
      if (at > 0) await this.#hearNext();
      const length = Math.min(WINDOW_BYTES, input.length - at);
      writeSync(this.#window.fd, input, at, length, 0);
      this.#child.say(at === 0 ? JSON.stringify(first) : NEXT);
    }
  }

  async #receive(into: Uint8Array): Promise<void> {
    for (let at = 0; at < into.length; at += WINDOW_BYTES) {
      if (at > 0) {
        this.#child.say(NEXT);
        await this.#hearNext();
      }
      const length = Math.min(WINDOW_BYTES, into.length - at);
      // At once: going to another thread and back takes longer than to copy so little.
      if (readSync(this.#window.fd, into, at, length, 0) !== length) throw new Error('it cut the window off');
    }
  }

  async #hearNext(): Promise<void> {
    const line = await this.#child.readLine();
    if (line !== NEXT) throw new Error(`it said ${line.slice(0, 100)} out of turn`);
  }

  /** @throws where no such thing may be said */
  #parse(line: string): DecoderLine {
    const parsed = JSON.parse(line) as DecoderLine;
    if (parsed.kind === 'refused' && !['invalid', 'too-large'].includes(parsed.errorKind))
      throw new Error(`it said ${line.slice(0, 100)}`);
    return parsed;
  }
}
