import type { VideoErrorKind } from './video-error.ts';

/** What the log of FFmpeg's libraries gives away and their return codes don't, most telling first. */
const VERDICTS: readonly { pattern: RegExp; kind: VideoErrorKind; text: string }[] = [
  {
    pattern: /exceeds specified max pixel count|Picture size \d+x\d+ is invalid/,
    kind: 'limit',
    text: 'its frames have more pixels than are allowed',
  },
  {
    pattern: /moov atom not found/,
    kind: 'unreadable',
    text: 'it is not a video, or cut short: its index (moov) is missing',
  },
  {
    pattern: /partial file|File ended prematurely|Packet corrupt/,
    kind: 'unreadable',
    text: 'it is cut short or damaged',
  },
];

/** How FFmpeg begins what it says itself. Other lines tell the file's path and its title, which may say anything. */
const COMPONENT = /^\[[^\]]+ @ \w+\] /;

export interface LogVerdict {
  readonly kind: VideoErrorKind;
  /** Completes "clip.mp4 cannot be read to its end: ...". */
  readonly text: string;
}

/** Watches the lines of a decoder's log. Keeps the last few and the gravest finding, nothing else. */
export class LogWatch {
  #verdict = VERDICTS.length;
  #lastLines: string[] = [];

  add(line: string): void {
    const found = COMPONENT.test(line) ? VERDICTS.findIndex(({ pattern }) => pattern.test(line)) : -1;
    if (found >= 0) this.#verdict = Math.min(this.#verdict, found);
    this.#lastLines = [...this.#lastLines.slice(-4), line.slice(0, 500)];
  }

  get verdict(): LogVerdict | undefined {
    return VERDICTS[this.#verdict];
  }

  /** The end of the log, for an error's cause. */
  get tail(): string {
    return this.#lastLines.join('\n');
  }
}
