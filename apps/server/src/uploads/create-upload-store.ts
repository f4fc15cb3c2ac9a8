import { randomBytes } from 'node:crypto';
import { checkNew, checkPiece, type UploadQuotas } from './check-upload.ts';
import type { NewUpload, Upload, UploadReader, UploadStore } from './upload.ts';
import { noSuchUpload, throwStorageError, UploadError } from './upload-error.ts';
import { createUploadFolder, type StoredUpload } from './upload-folder.ts';
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

/** Opens the folder; what is in it from an earlier process goes on. */
export function createUploadStore(settings: UploadSettings): UploadStore {
  const { uploadAgeMs, maxPieceBytes, clock = SYSTEM_CLOCK } = settings;
  const folder = createUploadFolder(settings.uploadDir);
  const records = new Map<string, UploadRecord>();
  const removals = new Set<Promise<void>>();
  // Without uploads the folder may be another server's.
  const isUsed = settings.maxUploads > 0;
  const loaded = isUsed ? load() : Promise.resolve();
  const sweepMs = Math.min(MAX_SWEEP_MS, Math.max(MIN_SWEEP_MS, uploadAgeMs / SWEEPS_PER_AGE));
  const timer = isUsed ? setInterval(() => void sweep(), sweepMs).unref() : undefined;

  async function load(): Promise<void> {
    for (const [id, stored] of await folder.load()) {
      // Set back or forward, the calendar makes it neither eternal nor gone at once.
      const leftMs = Math.max(stored.expiresAtMs - clock.dateMs(), RETURN_MS);
      records.set(id, new UploadRecord(id, stored, clock, Math.min(leftMs, uploadAgeMs)));
    }
    await sweep();
  }

  async function sweep(): Promise<void> {
    for (const record of records.values()) {
      if (record.hasExpired) void remove(record, 'expired').catch(() => {});
    }
    await folder.removeRemnants((id) => records.has(id));
  }

  /** It is gone for callers at once; its files, when nothing is being written to them. */
  function remove(record: UploadRecord, why: 'deleted' | 'expired'): Promise<void> {
    records.delete(record.id);
    record.leave(why);
    const removal = record.settled().then(() => folder.remove(record.id));
    const done = removal.catch(() => {}).then(() => void removals.delete(done));
    removals.add(done);
    return removal;
  }

  async function find(id: string): Promise<UploadRecord> {
    await loaded;
    const record = records.get(id);
    if (record?.hasExpired) void remove(record, 'expired').catch(() => {});
    if (record && !record.hasExpired) return record;
    throw noSuchUpload();
  }

  /** In its turn, on the disk first. */
  async function save(record: UploadRecord, changes: Partial<StoredUpload>): Promise<void> {
    record.putOff(uploadAgeMs);
    const stored = { ...record.stored, ...changes };
    await folder.save(record.id, stored).catch(throwStorageError);
    record.saved(stored);
  }

  function touch(record: UploadRecord): void {
    record.putOff(uploadAgeMs);
    if (record.unsavedMs < uploadAgeMs * UNSAVED_SHARE) return;
    void record.inTurn(() => save(record, {})).catch(() => {});
  }

  const toUpload = ({ id, stored }: UploadRecord): Upload => ({ id, maxPieceBytes, ...stored });

  async function create(file: NewUpload): Promise<Upload> {
    await loaded;
    checkNew(
      file,
      Array.from(records.values(), ({ stored }) => stored),
      settings,
    );
    const { name, owner = '', sizeBytes, mediaType } = file;
    const expiresAtMs = clock.dateMs() + uploadAgeMs;
    const stored = { name, owner, sizeBytes, mediaType, committedBytes: 0, finished: false, expiresAtMs };
    const record = new UploadRecord(randomBytes(ID_BYTES).toString('hex'), stored, clock, uploadAgeMs);
    // Counted before it is written, so that many at once cannot get past a quota.
    records.set(record.id, record);
    try {
      await folder.create(record.id, stored);
    } catch (error) {
      await remove(record, 'deleted').catch(() => {});
      throwStorageError(error);
    }
    return toUpload(record);
  }

  async function put(id: string, offsetBytes: number, data: Uint8Array, crc32?: number): Promise<number> {
    const record = await find(id);
    checkPiece({ offsetBytes, data, crc32 }, record.stored.sizeBytes, maxPieceBytes);
    return record.inTurn(async () => {
      const { committedBytes } = record.stored;
      if (offsetBytes > committedBytes) throw gap(offsetBytes, committedBytes);
      const fresh = data.subarray(committedBytes - offsetBytes);
      if (fresh.length === 0) return committedBytes;
      await folder.write(id, committedBytes, fresh).catch(throwStorageError);
      await save(record, { committedBytes: committedBytes + fresh.length });
      return record.stored.committedBytes;
    });
  }

  async function finish(id: string): Promise<Upload> {
    const record = await find(id);
    return record.inTurn(async () => {
      const { committedBytes, sizeBytes, finished } = record.stored;
      if (committedBytes < sizeBytes) {
        throw new UploadError('incomplete', `${committedBytes} of ${sizeBytes} bytes are there`);
      }
      if (!finished) await save(record, { finished: true });
      return toUpload(record);
    });
  }

  async function read(id: string): Promise<UploadReader> {
    const record = await find(id);
    return record.reader(folder.dataPath(id), () => touch(record));
  }

  return {
    create,
    put,
    finish,
    read,
    get: async (id) => toUpload(await find(id)),
    async delete(id) {
      await loaded;
      const record = records.get(id);
      if (record) await remove(record, 'deleted').catch(throwStorageError);
    },
    async close() {
      clearInterval(timer);
      await loaded.catch(() => {});
      await Promise.all([...Array.from(records.values(), (record) => record.settled()), ...removals]);
    },
  };
}

function gap(offsetBytes: number, committedBytes: number): UploadError {
  return new UploadError(
    'gap',
    `offset_bytes is ${offsetBytes}, the next piece begins at ${committedBytes}`,
    { committedBytes },
  );
}
