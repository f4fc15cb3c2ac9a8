import { type Bell, createBell } from '../flow/bell.ts';
import type { UploadReader } from './upload.ts';
import { UploadError } from './upload-error.ts';
import type { StoredUpload } from './upload-folder.ts';

/** What time it is: by the calendar, which may be set back or forward, and since some moment, which never is. */
export interface UploadClock {
  dateMs(): number;
  steadyMs(): number;
}

export const SYSTEM_CLOCK: UploadClock = { dateMs: () => Date.now(), steadyMs: () => performance.now() };

/** One upload as the process knows it: what is on the disk, and who waits for it. Its expiry goes by a steady clock. */
export class UploadRecord {
  readonly id: string;
  readonly #clock: UploadClock;
  readonly #gone = new AbortController();
  readonly #grown: Bell = createBell();
  #stored: StoredUpload;
  /** Both by the steady clock; what is on the disk may lag behind. */
  #expiresAt: number;
  #savedExpiresAt: number;
  #queue: Promise<unknown> = Promise.resolve();

  /** @param leftMs until it expires, whatever `stored` says about it */
  constructor(id: string, stored: StoredUpload, clock: UploadClock, leftMs: number) {
    this.id = id;
    this.#stored = stored;
    this.#clock = clock;
    this.#expiresAt = clock.steadyMs() + leftMs;
    this.#savedExpiresAt = this.#expiresAt;
  }

  /** What is on the disk, except that the expiry may have been put off since, and is told by today's calendar. */
  get stored(): StoredUpload {
    const { dateMs, steadyMs } = this.#clock;
    return { ...this.#stored, expiresAtMs: Math.round(dateMs() + this.#expiresAt - steadyMs()) };
  }

  /** How far the expiry was put off since it was last on the disk. */
  get unsavedMs(): number {
    return this.#expiresAt - this.#savedExpiresAt;
  }

  get hasExpired(): boolean {
    return this.#expiresAt <= this.#clock.steadyMs();
  }

  /** Takes note of what is on the disk now. */
  saved(stored: StoredUpload): void {
    this.#stored = stored;
    this.#savedExpiresAt = this.#expiresAt;
    this.#grown.ring();
  }

  putOff(ageMs: number): void {
    this.#expiresAt = this.#clock.steadyMs() + ageMs;
  }

  leave(why: 'deleted' | 'expired'): void {
    const text = why === 'deleted' ? 'was deleted' : 'has expired: nothing came or was asked for UPLOAD_AGE';
    this.#gone.abort(new UploadError('not-found', `the upload of ${this.#stored.name} ${text}`));
  }

  /** Does one thing after the other. @throws {UploadError} `not-found` where the upload is gone by then */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(() => {
      this.#gone.signal.throwIfAborted();
      return work();
    });
    this.#queue = turn.catch(() => {});
    return turn;
  }

  /** Resolves when nothing is done any more. */
  async settled(): Promise<void> {
    await this.#queue;
  }

  reader(path: string, touch: () => void): UploadReader {
    const record = this;
    return {
      path,
      touch,
      name: this.#stored.name,
      sizeBytes: this.#stored.sizeBytes,
      gone: this.#gone.signal,
      grown: () => this.#grown.rung(),
      get committedBytes() {
        return record.#stored.committedBytes;
      },
      get complete() {
        return record.#stored.committedBytes === record.#stored.sizeBytes;
      },
    };
  }
}
