import { crc32 } from './crc32.ts';

/** A stretch of a file, with its checksum. */
export interface Piece {
  readonly offset: number;
  readonly data: Uint8Array<ArrayBuffer>;
  readonly crc: number;
}

/** Reads the pieces of a file, the next one while the last is on its way. */
export interface PieceReader {
  /** The piece at `offset`: the one that was read ahead, or else one of at most `bytes`. */
  read(offset: number, bytes: number): Promise<Piece>;
  readAhead(offset: number, bytes: number): void;
}

export function createPieceReader(file: Blob): PieceReader {
  let ahead: { offset: number; piece: Promise<Piece> } | undefined;

  async function load(offset: number, bytes: number): Promise<Piece> {
    const data = new Uint8Array(await file.slice(offset, offset + bytes).arrayBuffer());
    return { offset, data, crc: crc32(data) };
  }

  return {
    read(offset, bytes) {
      const known = ahead?.offset === offset ? ahead.piece : undefined;
      ahead = undefined;
      return known ?? load(offset, bytes);
    },
    readAhead(offset, bytes) {
      if (offset >= file.size) return;
      ahead = { offset, piece: load(offset, bytes) };
      // A file that went away is noticed by whoever asks for the piece; nobody may.
      ahead.piece.catch(() => {});
    },
  };
}
