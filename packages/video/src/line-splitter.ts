/** Cuts a text that arrives in pieces into lines. */
export class LineSplitter {
  #rest = '';

  /** What has arrived of the next line. */
  get rest(): string {
    return this.#rest;
  }

  /** @returns the lines that are complete now, without their ends */
  take(text: string): string[] {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  }
}
