import { randomBytes } from 'node:crypto';
import { checkNew, checkPiece, type UploadQuotas } from './check-upload.ts';
import type { NewUpload, Upload, UploadReader } from './upload.ts';
import { noSuchUpload, throwStorageError, UploadError } from './upload-error.ts';
import { type StoredUpload, UploadFolder } from './upload-folder.ts';
import { SYSTEM_CLOCK, type UploadClock, UploadRecord } from './upload-record.ts';

export interface UploadSettings extends UploadQuotas {
  readonly uploadDir: string;
  readonly maxPieceBytes: number;
  /** An upload that nobody adds to or uses for so long is removed. */
  readonly uploadAgeMs: number;
  /** The machine's own by default. */
  readonly clock?: UploadClock;
}

const ID_BYTES = 16;
/** What has expired is looked for this often in the age of an upload, within the bounds that follow. */
const SWEEPS_PER_AGE = 8;
const MIN_SWEEP_MS = 25;
const MAX_SWEEP_MS = 60_000;
/**
 * What an earlier process left has so long at least: who was at it comes back within that time, and the calendar may
 * have been set forward meanwhile.
 */
const RETURN_MS = 300_000;
/** An expiry that was put off by less than this share of the age is not worth a write. */
const UNSAVED_SHARE = 0.1;

/** Takes files in pieces. Every method but `close` may throw an UploadError. */
export class UploadStore {
  readonly #settings: UploadSettings;
  readonly #clock: UploadClock;
  readonly #folder: UploadFolder;
  readonly #records = new Map<string, UploadRecord>();
  readonly #removals = new Set<Promise<void>>();
  readonly #loaded: Promise<void>;
  readonly #timer: NodeJS.Timeout | undefined;

  /** Opens the folder; what is in it from an earlier process goes on. */
  constructor(settings: UploadSettings) {
    const { uploadDir, maxUploads, uploadAgeMs, clock = SYSTEM_CLOCK } = settings;
    this.#settings = settings;
    this.#clock = clock;
    this.#folder = new UploadFolder(uploadDir);
    // Without uploads the folder may be another server's.
    const isUsed = maxUploads > 0;
    this.#loaded = isUsed ? this.#load() : Promise.resolve();
    const sweepMs = Math.min(MAX_SWEEP_MS, Math.max(MIN_SWEEP_MS, uploadAgeMs / SWEEPS_PER_AGE));
    this.#timer = isUsed ? setInterval(() => void this.#sweep(), sweepMs).unref() : undefined;
  }

  /** Those that are kept, also not complete ones. */
  get kept(): readonly StoredUpload[] {
    return Array.from(this.#records.values(), ({ stored }) => stored);
  }

  async create(file: NewUpload): Promise<Upload> {
    await this.#loaded;
    checkNew(file, this.kept, this.#settings);
    const { uploadAgeMs } = this.#settings;
    const { name, owner = '', sizeBytes, mediaType } = file;
    const expiresAtMs = this.#clock.dateMs() + uploadAgeMs;
    const stored = { name, owner, sizeBytes, mediaType, committedBytes: 0, finished: false, expiresAtMs };
    const record = new UploadRecord(randomBytes(ID_BYTES).toString('hex'), stored, this.#clock, uploadAgeMs);
    // Counted before it is written, so that many at once cannot get past a quota.
    this.#records.set(record.id, record);
    try {
      await this.#folder.create(record.id, stored);
    } catch (error) {
      await this.#remove(record, 'deleted').catch(() => {});
      throwStorageError(error);
    }
    return this.#toUpload(record);
  }

  /** @param crc32 of `data` @returns the committed bytes */
  async put(id: string, offsetBytes: number, data: Uint8Array, crc32?: number): Promise<number> {
    const record = await this.#find(id);
    checkPiece({ offsetBytes, data, crc32 }, record.stored.sizeBytes, this.#settings.maxPieceBytes);
    return record.inTurn(async () => {
      const { committedBytes } = record.stored;
      if (offsetBytes > committedBytes) throw gap(offsetBytes, committedBytes);
      const fresh = data.subarray(committedBytes - offsetBytes);
      if (fresh.length === 0) return committedBytes;
      await this.#folder.write(id, committedBytes, fresh).catch(throwStorageError);
      await this.#save(record, { committedBytes: committedBytes + fresh.length });
      return record.stored.committedBytes;
    });
  }

  async get(id: string): Promise<Upload> {
    return this.#toUpload(await this.#find(id));
  }

  async finish(id: string): Promise<Upload> {
    const record = await this.#find(id);
    return record.inTurn(async () => {
      const { committedBytes, sizeBytes, finished } = record.stored;
      if (committedBytes < sizeBytes) {
        throw new UploadError('incomplete', `${committedBytes} of ${sizeBytes} bytes are there`);
      }
      if (!finished) await this.#save(record, { finished: true });
      return this.#toUpload(record);
    });
  }

  /** What is unknown is deleted already. */
  async delete(id: string): Promise<void> {
    await this.#loaded;
    const record = this.#records.get(id);
    if (record) await this.#remove(record, 'deleted').catch(throwStorageError);
  }

  async read(id: string): Promise<UploadReader> {
    const record = await this.#find(id);
    return record.reader(this.#folder.dataPath(id), () => this.#touch(record));
  }

  /** Stops looking for what has expired; resolves when nothing is being written any more. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#loaded.catch(() => {});
    const settled = Array.from(this.#records.values(), (record) => record.settled());
    await Promise.all([...settled, ...this.#removals]);
  }

  async #load(): Promise<void> {
    for (const [id, stored] of await this.#folder.load()) {
      // Set back or forward, the calendar makes it neither eternal nor gone at once.
      const leftMs = Math.max(stored.expiresAtMs - this.#clock.dateMs(), RETURN_MS);
      const record = new UploadRecord(id, stored, this.#clock, Math.min(leftMs, this.#settings.uploadAgeMs));
      this.#records.set(id, record);
    }
    await this.#sweep();
  }

  async #sweep(): Promise<void> {
    for (const record of this.#records.values()) this.#removeExpired(record);
    await this.#folder.removeRemnants((id) => this.#records.has(id));
  }

  async #find(id: string): Promise<UploadRecord> {
    await this.#loaded;
    const record = this.#records.get(id);
    if (!record || this.#removeExpired(record)) throw noSuchUpload();
    return record;
  }

  /** @returns whether it has expired */
  #removeExpired(record: UploadRecord): boolean {
    if (!record.hasExpired) return false;
    void this.#remove(record, 'expired').catch(() => {});
    return true;
  }

  /** It is gone for callers at once; its files, when nothing is being written to them. */
  #remove(record: UploadRecord, why: 'deleted' | 'expired'): Promise<void> {
    this.#records.delete(record.id);
    record.leave(why);
    const removal = record.settled().then(() => this.#folder.remove(record.id));
    const done = removal.catch(() => {}).then(() => void this.#removals.delete(done));
    this.#removals.add(done);
    return removal;
  }

  /** In its turn, on the disk first. */
  async #save(record: UploadRecord, changes: Partial<StoredUpload>): Promise<void> {
    record.putOff(this.#settings.uploadAgeMs);
    const stored = { ...record.stored, ...changes };
    await this.#folder.save(record.id, stored).catch(throwStorageError);
    record.saved(stored);
  }

  #touch(record: UploadRecord): void {
    const { uploadAgeMs } = this.#settings;
    record.putOff(uploadAgeMs);
    if (record.unsavedMs < uploadAgeMs * UNSAVED_SHARE) return;
    void record.inTurn(() => this.#save(record, {})).catch(() => {});
  }

  #toUpload({ id, stored }: UploadRecord): Upload {
    return { id, maxPieceBytes: this.#settings.maxPieceBytes, ...stored };
  }
}

function gap(offsetBytes: number, committedBytes: number): UploadError {
  return new UploadError(
    'gap',
    `offset_bytes is ${offsetBytes}, the next piece begins at ${committedBytes}`,
    { committedBytes },
  );
}
