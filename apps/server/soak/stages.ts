import { EventEmitter, once } from 'node:events';

/** Where a client's work with a server may just be. */
export type Stage =
  | 'a stream is being answered'
  | 'a piece arrives'
  | 'a piece is committed'
  | 'an upload is finished'
  | 'an analysis begins'
  | 'its first frame is told'
  | 'its middle is told'
  | 'its end is near';

/** Clients tell what they are at, and whoever wants to disturb them waits for it. */
export class Stages {
  readonly #heard = new EventEmitter().setMaxListeners(0);

  tell(port: number, stage: Stage): void {
    this.#heard.emit(`${port} ${stage}`);
  }

  whenever(port: number, stage: Stage, listener: () => void): void {
    this.#heard.on(`${port} ${stage}`, listener);
  }

  /** Resolves when a client of that server is there. @throws the signal's reason */
  async reached(port: number, stage: Stage, signal: AbortSignal): Promise<void> {
    await once(this.#heard, `${port} ${stage}`, { signal });
  }
}
