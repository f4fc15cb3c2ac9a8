interface LoggedFrame {
  /** From 1. */
  readonly frame: number;
  readonly timeMs: number;
  /** As the filter sees it, in pixels. */
  readonly width: number;
  readonly height: number;
}

const TIME_BASE = /^\[showinfo@all @ \w+\] config in time_base: (\d+)\/(\d+)/;
const FRAME = /^\[showinfo@(all|kept) @ \w+\] n: *\d+ pts: *(-?\d+|NOPTS) .* s:(\d+)x(\d+) /;

/** More frames than fit into a pipe; a decoder that a video has taken over may tell of any number. */
const MAX_AHEAD = 2 ** 15;

/**
 * Reads the log of `showinfo@all` before and `showinfo@kept` after the selection. A kept frame's number is that of the
 * last line of the first filter with its time stamp; the log is in order, since one thread runs the filters.
 */
export class FrameLog {
  /** Frames decoded so far. */
  decoded = 0;
  /** When the first and the last of them are presented. */
  startMs = 0;
  decodedMs = 0;
  /** Whether it ended where ffmpeg built its filters anew, as it does where frames change: the selection begins again. */
  isRebuilt = false;
  readonly #selects: boolean;
  #secondsPerTick = 0;
  #recent: { frame: number; ticks: string }[] = [];
  #kept: LoggedFrame[] = [];
  #waiting: ((frame: LoggedFrame | undefined) => void) | undefined;
  #ended = false;

  /** @param selects whether there is a selection, or every frame is kept */
  constructor(selects: boolean) {
    this.#selects = selects;
  }

  /** Whether the line tells of a decoded frame. */
  add(line: string): boolean {
    const timeBase = TIME_BASE.exec(line);
    if (timeBase) this.#configure(Number(timeBase[1]) / Number(timeBase[2]));
    const [, filter, ticks = '', width, height] = FRAME.exec(line) ?? [];
    if (filter === 'all') {
      this.#recent = [...this.#recent.slice(-3), { frame: ++this.decoded, ticks }];
      this.decodedMs = this.#toMs(ticks) ?? this.decodedMs;
      if (this.decoded === 1) this.startMs = this.decodedMs;
    }
    if (filter === 'kept' && !this.#ended)
      this.#keep(ticks, { width: Number(width), height: Number(height) });
    // The filter's other lines (side data, checksums) are of no use in an error's cause.
    return line.startsWith('[showinfo@');
  }

  /** No more lines will come. */
  end(): void {
    this.#ended = true;
    this.#waiting?.(undefined);
  }

  /** The next kept frame, once its line is there; `undefined` where it will not come. */
  next(): Promise<LoggedFrame | undefined> {
    const frame = this.#kept.shift();
    if (frame || this.#ended) return Promise.resolve(frame);
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  #configure(secondsPerTick: number): void {
    this.#secondsPerTick = secondsPerTick;
    this.isRebuilt ||= this.#selects && this.decoded > 0;
    if (this.isRebuilt) this.end();
  }

  #keep(ticks: string, size: { width: number; height: number }): void {
    const frame = this.#recent.findLast((recent) => recent.ticks === ticks)?.frame ?? this.decoded;
    const kept = { frame, timeMs: this.#toMs(ticks) ?? 0, ...size };
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) waiting(kept);
    else if (this.#kept.length < MAX_AHEAD) this.#kept.push(kept);
  }

  /** `undefined` for a frame without a time stamp. */
  #toMs(ticks: string): number | undefined {
    const ms = Math.round(Number(ticks) * this.#secondsPerTick * 1e6) / 1e3;
    return Number.isNaN(ms) ? undefined : ms;
  }
}
