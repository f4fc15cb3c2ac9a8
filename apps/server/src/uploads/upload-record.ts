import { type Bell, createBell } from '../flow/bell.ts';
import type { UploadReader } from './upload.ts';
import { UploadError } from './upload-error.ts';
import type { StoredUpload } from './upload-folder.ts';

/** One upload as the process knows it: what is on the disk, and who waits for it. */
export class UploadRecord {
  readonly id: string;
  readonly #gone = new AbortController();
  readonly #grown: Bell = createBell();
  #stored: StoredUpload;
  #expiresAtMs: number;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(id: string, stored: StoredUpload) {
    this.id = id;
    this.#stored = stored;
    this.#expiresAtMs = stored.expiresAtMs;
  }

  /** What is on the disk, except that the expiry may have been put off since. */
  get stored(): StoredUpload {
    return { ...this.#stored, expiresAtMs: this.#expiresAtMs };
  }

  /** How far the expiry was put off since it was last on the disk. */
  get unsavedMs(): number {
    return this.#expiresAtMs - this.#stored.expiresAtMs;
  }

  get hasExpired(): boolean {
    return this.#expiresAtMs <= Date.now();
  }

  /** Takes note of what is on the disk now. */
  saved(stored: StoredUpload): void {
    this.#stored = stored;
    this.#expiresAtMs = Math.max(this.#expiresAtMs, stored.expiresAtMs);
    this.#grown.ring();
  }

  putOff(ageMs: number): void {
    this.#expiresAtMs = Date.now() + ageMs;
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
