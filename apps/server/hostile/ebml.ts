/*
 * Elements of EBML (RFC 8794), which Matroska and WebM (RFC 9559) are made of: an id, a size, and what is in them.
 * Ids are written as the documents write them, their length marker included.
 */

/** Ids of the elements that are spoken of here. */
export const ID = {
  ebml: 0x1a45dfa3,
  docType: 0x4282,
  docTypeVersion: 0x4287,
  docTypeReadVersion: 0x4285,
  maxSizeLength: 0x42f3,
  void: 0xec,
  crc32: 0xbf,
  segment: 0x18538067,
  seekHead: 0x114d9b74,
  seek: 0x4dbb,
  seekId: 0x53ab,
  seekPosition: 0x53ac,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  duration: 0x4489,
  previousFileName: 0x3c83ab,
  nextFileName: 0x3e83bb,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackNumber: 0xd7,
  trackUid: 0x73c5,
  trackType: 0x83,
  codecId: 0x86,
  codecPrivate: 0x63a2,
  defaultDuration: 0x23e383,
  video: 0xe0,
  pixelWidth: 0xb0,
  pixelHeight: 0xba,
  contentEncodings: 0x6d80,
  contentEncoding: 0x6240,
  contentCompression: 0x5034,
  contentEncodingType: 0x5033,
  contentEncryption: 0x5035,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
  cues: 0x1c53bb6b,
  cuePoint: 0xbb,
  cueTime: 0xb3,
  cueTrackPositions: 0xb7,
  cueTrack: 0xf7,
  cueClusterPosition: 0xf1,
  chapters: 0x1043a770,
  editionEntry: 0x45b9,
  chapterAtom: 0xb6,
  attachments: 0x1941a469,
  attachedFile: 0x61a7,
  fileName: 0x466e,
  fileData: 0x465c,
  tags: 0x1254c367,
  tag: 0x7373,
  simpleTag: 0x67c8,
} as const;

const MASTERS: ReadonlySet<number> = new Set([
  ...[ID.ebml, ID.segment, ID.info, ID.tracks, ID.trackEntry, ID.video, ID.cluster],
]);

/** An element whose size is told as `size`, whatever it is. */
export function liar(id: number, size: bigint, ...parts: readonly Uint8Array[]): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(size | (1n << 56n));
  return Buffer.concat([idBytes(id), length, ...parts]);
}

/** An element that is honest. */
export function element(id: number, ...parts: readonly Uint8Array[]): Buffer {
  const bytes = parts.reduce((sum, { length }) => sum + length, 0);
  return liar(id, BigInt(bytes), ...parts);
}

/** An element that does not say where it ends. */
export function endless(id: number, ...parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat([idBytes(id), Buffer.from([0xff]), ...parts]);
}

export function unsigned(id: number, value: number | bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return element(id, bytes);
}

export function float(id: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return element(id, bytes);
}

export const text = (id: number, value: string) => element(id, Buffer.from(value));

/** An element in itself, so deep. */
export function nested(wrap: (inner: Buffer) => Buffer, depth: number): Buffer {
  let inner: Buffer = Buffer.alloc(0);
  for (let level = 0; level < depth; level++) inner = wrap(inner);
  return inner;
}

/** Where the elements begin, and those within the ones that hold others. Good files of `element` only. */
export function ebmlBoundaries(bytes: Buffer): number[] {
  const found: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    found.push(at);
    const idLength = Math.clz32(bytes.readUInt8(at)) - 23;
    const id = bytes.readUIntBE(at, idLength);
    const size = Number(bytes.readBigUInt64BE(at + idLength) & 0xffffffffffffffn);
    at += idLength + 8 + (MASTERS.has(id) ? 0 : size);
  }
  return found;
}

function idBytes(id: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(id);
  return bytes.subarray(bytes.findIndex((byte) => byte > 0));
}
