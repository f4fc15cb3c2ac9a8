// A small writer of zip files that can also lie about what it writes.
import { crc32, deflateRawSync } from 'node:zlib';
import { type WrittenPickle, writePickle } from './write-pickle.ts';

export interface ZipEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly deflate?: boolean;
  /** What the directory says instead of the truth. */
  readonly claim?: {
    readonly bytes?: number;
    readonly packedBytes?: number;
    readonly crc?: number;
    readonly offset?: number;
    readonly method?: number;
    readonly flags?: number;
  };
}

export function writeZip(entries: readonly ZipEntry[], comment = ''): Uint8Array {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, bytes, deflate = false, claim = {} } of entries) {
    const packed = deflate ? deflateRawSync(bytes) : bytes;
    const header = Buffer.alloc(30);
    header.writeUInt32LE(0x04034b50, 0);
    header.writeUInt16LE(Buffer.byteLength(name), 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(claim.flags ?? 0, 8);
    central.writeUInt16LE(claim.method ?? (deflate ? 8 : 0), 10);
    central.writeUInt32LE(claim.crc ?? crc32(bytes), 16);
    central.writeUInt32LE(claim.packedBytes ?? packed.length, 20);
    central.writeUInt32LE(claim.bytes ?? bytes.length, 24);
    central.writeUInt16LE(Buffer.byteLength(name), 28);
    central.writeUInt32LE(claim.offset ?? at, 42);
    files.push(header, Buffer.from(name), Buffer.from(packed));
    directory.push(central, Buffer.from(name));
    at += header.length + Buffer.byteLength(name) + packed.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(at, 16);
  end.writeUInt16LE(comment.length, 20);
  return new Uint8Array(Buffer.concat([...files, ...directory, end, Buffer.from(comment)]));
}

/** A file as `torch.save(value)` writes it. */
export function writeCheckpoint(value: unknown): Uint8Array {
  return packCheckpoint(writePickle(value));
}

export function packCheckpoint({ pickle, storages }: WrittenPickle): Uint8Array {
  return writeZip([
    { name: 'archive/data.pkl', bytes: pickle },
    ...[...storages].map(([key, bytes]) => ({ name: `archive/data/${key}`, bytes })),
    { name: 'archive/version', bytes: Buffer.from('3\n') },
  ]);
}
