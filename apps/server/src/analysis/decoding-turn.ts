import type { Gate } from '../detector/gate.ts';

/** A video has been decoded for long enough while others, who have less, wait. */
export class TurnOverError extends Error {
  constructor() {
    super('it is the turn of others');
    this.name = 'TurnOverError';
  }
}

export interface TurnOptions {
  readonly gate: Gate;
  /** How long a turn lasts at least. */
  readonly turnMs: number;
  readonly signal: AbortSignal;
  readonly caller?: string | undefined;
  /** Of one that had a turn before: it waits, however many do. */
  readonly isReturn: boolean;
}

/** A turn lasts so many times as long as it took to come to where the one before ended. */
const TURN_PER_RETURN = 4;
/** Longer than a busy machine takes to start a decoder and to find what the file is. */
const OPENING_MS = 60_000;
const LOOKS_PER_TURN = 8;

/**
 * A place at the gate. It is for good while all who wait have as many; else the turn ends at some time, and whoever has it
 * is to end what it does, to leave, and to come again.
 */
export class DecodingTurn {
  /** Aborts with a TurnOverError when the turn is over, and with its reason when the call ends. */
  readonly signal: AbortSignal;
  readonly leave: () => void;
  readonly #options: TurnOptions;
  #since = performance.now();
  #limitMs = OPENING_MS;
  #isAhead: (() => boolean) | undefined;

  /** @throws {DetectorError} `overloaded` where too many wait */
  static async take(options: TurnOptions): Promise<DecodingTurn> {
    const { gate, signal, caller, isReturn } = options;
    const admission = isReturn ? 'patient' : 'bounded';
    return new DecodingTurn(await gate.enter({ signal, caller, admission }), options);
  }

  private constructor(leave: () => void, options: TurnOptions) {
    const { gate, turnMs, signal, caller } = options;
    this.#options = options;
    const over = new AbortController();
    this.signal = AbortSignal.any([signal, over.signal]);
    const timer = setInterval(() => {
      if (this.#isOver() && gate.isUneven(caller ?? signal)) over.abort(new TurnOverError());
    }, turnMs / LOOKS_PER_TURN);
    this.leave = () => {
      clearInterval(timer);
      leave();
    };
  }

  /** It is open. @param isAhead whether more was decoded than in earlier turns: else those would have been for nothing */
  opened(isAhead: () => boolean): void {
    this.#isAhead = isAhead;
    this.#limitMs = Number.POSITIVE_INFINITY;
  }

  #isOver(): boolean {
    const { turnMs, isReturn } = this.#options;
    const tookMs = performance.now() - this.#since;
    if (!this.#isAhead?.()) return tookMs >= this.#limitMs;
    this.#isAhead = undefined;
    this.#since = performance.now();
    this.#limitMs = isReturn ? Math.max(turnMs, TURN_PER_RETURN * tookMs) : turnMs;
    return false;
  }
}
