import type { Answer } from './detect.ts';
import { plain } from './plain.ts';

const WIDTH = 24;
const CLEAR = '\r\x1b[2K';

type Terminal = Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'write'>;

/** A bar at the foot of a terminal, or nothing where standard error is none. */
export class ProgressBar {
  readonly #stream: Terminal;
  #line = '';
  #source = '';
  #done = 0;

  constructor(stream: Terminal = process.stderr) {
    this.#stream = stream;
  }

  /** Takes the bar away while `write` prints a line. */
  around(write: () => void): void {
    if (this.#stream.isTTY) this.#stream.write(CLEAR);
    write();
    if (this.#stream.isTTY) this.#stream.write(this.#line);
  }

  /** Moves the bar of the answer's source. */
  step({ picture: { source, expected } }: Pick<Answer, 'picture'>): void {
    this.#done = source === this.#source ? this.#done + 1 : 1;
    this.#source = source;
    const filled = expected ? Math.min(WIDTH, Math.round((WIDTH * this.#done) / expected)) : 0;
    const bar = '#'.repeat(filled).padEnd(WIDTH, '.');
    this.#draw(`[${bar}] ${this.#done}${expected ? `/${expected}` : ''} ${source}`);
  }

  end(): void {
    this.#draw('');
  }

  #draw(line: string): void {
    if (!this.#stream.isTTY) return;
    // A line that wraps is not taken away whole.
    this.#line = plain(line).slice(0, this.#stream.columns || undefined);
    this.#stream.write(CLEAR + this.#line);
  }
}
