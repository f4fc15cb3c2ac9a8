import { crc32, inflateRawSync } from 'node:zlib';
import { ModelError } from '../model-error.ts';

/*
 * A reader for zip files that are held in memory. PyTorch stores its tensors uncompressed, so an entry is a view
 * into the file and a 280 MB checkpoint is not copied. Layouts: section numbers of PKWARE's APPNOTE.TXT.
 */

const END_SIGNATURE = 0x06054b50; // 4.3.16
const CENTRAL_SIGNATURE = 0x02014b50; // 4.3.12
const LOCAL_SIGNATURE = 0x04034b50; // 4.3.7
const END_BYTES = 22;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const MAX_COMMENT_BYTES = 0xffff;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED_FLAG = 1;

/** Weights hardly shrink; a file that claims to grow by more than this is an attack on our memory. */
const MAX_GROWTH = 20;
const GROWTH_ALLOWANCE_BYTES = 16 * 2 ** 20;

interface Entry {
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly headerOffset: number;
}

export interface ZipArchive {
  readonly names: readonly string[];
  /** Bytes of all entries, unpacked, as the directory says. */
  readonly totalBytes: number;
  has(name: string): boolean;
  /**
   * The bytes of one entry: a view into the file where it is stored, a new array where it is compressed.
   * @throws {ModelError} if there is no such entry, or its sizes or checksum are wrong
   */
  read(name: string): Uint8Array;
}

/**
 * Reads the directory of a zip file. The bytes are kept, not changed.
 * @throws {ModelError} if it is no zip file, or if a size in it does not fit
 */
export function openZip(bytes: Uint8Array): ZipArchive {
  // A Buffer would do, but its `slice` does not copy and surprises whoever calls it.
  const file = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const entries = readDirectory(file, view);
  const total = Array.from(entries.values()).reduce((sum, entry) => sum + entry.bytes, 0);
  if (total > file.length * MAX_GROWTH + GROWTH_ALLOWANCE_BYTES) {
    throw new ModelError(`the zip file would unpack to ${total} bytes, which is more than is plausible`);
  }
  return {
    names: [...entries.keys()],
    totalBytes: total,
    has: (name) => entries.has(name),
    read: (name) => {
      const entry = entries.get(name);
      if (!entry) throw new ModelError(`the zip file has no entry ${JSON.stringify(name)}`);
      return readEntry(file, view, name, entry);
    },
  };
}

function readDirectory(file: Uint8Array, view: DataView): Map<string, Entry> {
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  const size = view.getUint32(end + 12, true);
  const start = view.getUint32(end + 16, true);
  if (count === 0xffff || size === 0xffffffff || start === 0xffffffff) {
    throw new ModelError('the zip file is larger than 4 GB, which no YOLOv5 checkpoint is');
  }
  if (start + size > end) throw damagedDirectory();
  const entries = new Map<string, Entry>();
  let at = start;
  for (let index = 0; index < count; index++) {
    if (at + CENTRAL_BYTES > end || view.getUint32(at, true) !== CENTRAL_SIGNATURE) throw damagedDirectory();
    const nameEnd = at + CENTRAL_BYTES + view.getUint16(at + 28, true);
    if (nameEnd > end) throw damagedDirectory();
    const name = new TextDecoder().decode(file.subarray(at + CENTRAL_BYTES, nameEnd));
    if (entries.has(name)) throw new ModelError(`the zip file has two entries ${JSON.stringify(name)}`);
    if (view.getUint16(at + 8, true) & ENCRYPTED_FLAG) throw new ModelError('the zip file is encrypted');
    entries.set(name, {
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packedBytes: view.getUint32(at + 20, true),
      bytes: view.getUint32(at + 24, true),
      headerOffset: view.getUint32(at + 42, true),
    });
    at = nameEnd + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

function damagedDirectory(): ModelError {
  return new ModelError('the directory of the zip file is damaged');
}

/** The end record stands last, before a comment of unknown length. */
function findEnd(view: DataView): number {
  const last = view.byteLength - END_BYTES;
  for (let at = last; at >= Math.max(0, last - MAX_COMMENT_BYTES); at--) {
    if (view.getUint32(at, true) === END_SIGNATURE) return at;
  }
  throw new ModelError('this is not a zip file, or it was cut short');
}

function readEntry(file: Uint8Array, view: DataView, name: string, entry: Entry): Uint8Array {
  const label = JSON.stringify(name);
  const { headerOffset, packedBytes, bytes } = entry;
  if (headerOffset + LOCAL_BYTES > file.length || view.getUint32(headerOffset, true) !== LOCAL_SIGNATURE) {
    throw new ModelError(`the zip entry ${label} is not where the directory says`);
  }
  const start =
    headerOffset +
    LOCAL_BYTES +
    view.getUint16(headerOffset + 26, true) +
    view.getUint16(headerOffset + 28, true);
  if (start + packedBytes > file.length) throw new ModelError(`the zip entry ${label} is cut short`);
  const content = unpack(file.subarray(start, start + packedBytes), entry, label);
  if (content.length !== bytes) {
    throw new ModelError(`the zip entry ${label} has ${content.length} bytes instead of ${bytes}`);
  }
  if (crc32(content) !== entry.crc) throw new ModelError(`the zip entry ${label} is damaged (checksum)`);
  return content;
}

function unpack(packed: Uint8Array, entry: Entry, label: string): Uint8Array {
  if (entry.method === STORED) return packed;
  if (entry.method !== DEFLATED) {
    throw new ModelError(`the zip entry ${label} is compressed in an unknown way (${entry.method})`);
  }
  try {
    return new Uint8Array(inflateRawSync(packed, { maxOutputLength: Math.max(1, entry.bytes) }));
  } catch (cause) {
    throw new ModelError(`the zip entry ${label} does not unpack to ${entry.bytes} bytes`, { cause });
  }
}
