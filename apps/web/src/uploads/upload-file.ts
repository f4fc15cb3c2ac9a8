import { type Upload, UploadGapSchema, type UploadService } from '@boxwire/proto/boxwire/v1/upload_service';
import { type Client, Code, ConnectError } from '@connectrpc/connect';
import { ownName } from '../files/path-names.ts';
import { callPatiently, isPassing, type Pause, pauseForConnection } from './passing.ts';
import { nextPieceBytes } from './piece-size.ts';
import { createPieceReader, type Piece } from './read-pieces.ts';
import type { Slots } from './slots.ts';
import { createTimeLimit } from './time-limit.ts';

export type UploadClient = Client<typeof UploadService>;

/** What is uploaded, and how that is followed. */
export interface UploadTask {
  /** Of at least one byte. */
  readonly file: Blob;
  /** The file's name, or its path: the server is told its own name alone. */
  readonly name: string;
  /** The upload to go on with; a new one is created without, and where the server does not know it any more. */
  readonly id?: string | undefined;
  /** Ends the upload where it is; what is committed stays until it expires or is deleted. */
  readonly signal: AbortSignal;
  /** Places for pieces under way, shared by all uploads. */
  readonly slots: Slots;
  /** Told the upload's id before its first piece, again when another had to be begun. */
  readonly onId: (id: string) => void;
  /** Told how many bytes the server keeps for good, from what was there at the start. */
  readonly onCommitted: (bytes: number) => void;
  /** Told each failure that is waited out, and `undefined` when it goes on. */
  readonly onTrouble: (error: unknown) => void;
  readonly pause?: Pause;
}

/** A piece without an answer for so long is given up and sent again: the line may be dead without saying so. */
const PIECE_TIMEOUT_MS = 60_000;

/** How often in a row a piece may arrive damaged, and an upload be gone. */
const MOST_REPEATS = 3;

/**
 * Sends a file in pieces, one under way while the next is read, until the server has all of it. Waits out whatever
 * passes by itself and goes on where the server is.
 *
 * @returns the upload's id
 * @throws a DOMException when the file cannot be read (any more), the signal's reason, else a ConnectError that stays
 */
export async function uploadFile(client: UploadClient, task: UploadTask): Promise<string> {
  for (let repeats = 0; ; repeats++) {
    try {
      return await sendAll(client, repeats === 0 ? task : { ...task, id: undefined });
    } catch (error) {
      // Expired, or deleted by somebody else.
      if (!hasCode(error, Code.NotFound) || repeats === MOST_REPEATS) throw error;
    }
  }
}

async function sendAll(client: UploadClient, task: UploadTask): Promise<string> {
  const { file, signal } = task;
  const patience = { pause: pauseForConnection, ...task };
  const upload = await callPatiently(() => openUpload(client, task), patience);
  const pieces = createPieceReader(file);
  const sender = createSender(client, upload, task);
  let committed = Number(upload.committedBytes);
  task.onId(upload.id);
  task.onCommitted(committed);
  while (committed < file.size) {
    const piece = await pieces.read(committed, sender.pieceBytes());
    pieces.readAhead(committed + piece.data.length, sender.pieceBytes());
    committed = await sender.send(piece);
    task.onCommitted(committed);
  }
  await callPatiently(() => client.finishUpload({ id: upload.id }, { signal }), patience);
  return upload.id;
}

/** Sends one piece after the other and finds out how to go on where that fails. */
function createSender(client: UploadClient, { id, maxPieceBytes }: Upload, task: UploadTask) {
  const { signal, slots, onTrouble, pause = pauseForConnection } = task;
  let bytes = nextPieceBytes(maxPieceBytes);
  let [damaged, failed] = [0, 0];

  async function put({ offset, data, crc }: Piece): Promise<number> {
    const slot = await slots.take(signal);
    const limit = createTimeLimit(PIECE_TIMEOUT_MS);
    const startedMs = performance.now();
    try {
      const request = { id, offsetBytes: BigInt(offset), data, crc32: crc };
      const either = AbortSignal.any([signal, limit.signal]);
      const { committedBytes } = await client.putPiece(request, { signal: either });
      bytes = nextPieceBytes(maxPieceBytes, { bytes: data.length, tookMs: performance.now() - startedMs });
      if (failed > 0) onTrouble(undefined);
      damaged = failed = 0;
      return Number(committedBytes);
    } finally {
      limit.stop();
      slot.release();
    }
  }

  /** @returns where the next piece begins */
  async function recover(error: unknown, offset: number): Promise<number> {
    signal.throwIfAborted();
    const gap = gapOf(error);
    if (gap !== undefined && gap !== offset) return gap;
    // The checksum did not fit: the same piece once more.
    if (hasCode(error, Code.InvalidArgument) && ++damaged < MOST_REPEATS) return offset;
    if (!isPassing(error)) throw error;
    onTrouble(error);
    await pause(++failed, signal);
    // The answer may have been lost after the bytes had come.
    const patience = { pause, signal, onTrouble };
    return Number((await callPatiently(() => getUpload(client, id, signal), patience)).committedBytes);
  }

  return {
    pieceBytes: () => bytes,
    /** @returns where the next piece begins */
    send: (piece: Piece) => put(piece).catch((error) => recover(error, piece.offset)),
  };
}

/** The upload to go on with where there is one, else a new one. */
async function openUpload(client: UploadClient, { file, name, id, signal }: UploadTask): Promise<Upload> {
  if (id) {
    const known = await getUpload(client, id, signal);
    if (Number(known.sizeBytes) === file.size) return known;
  }
  const announced = { name: ownName(name), sizeBytes: BigInt(file.size), mediaType: file.type };
  return given((await client.createUpload(announced, { signal })).upload);
}

async function getUpload(client: UploadClient, id: string, signal: AbortSignal): Promise<Upload> {
  return given((await client.getUpload({ id }, { signal })).upload);
}

function given(upload: Upload | undefined): Upload {
  if (!upload) throw new ConnectError('the server did not describe the upload', Code.Internal);
  return upload;
}

function hasCode(error: unknown, code: Code): boolean {
  return error instanceof ConnectError && error.code === code;
}

/** Where the server wants the next piece; undefined when that is not what it says. */
function gapOf(error: unknown): number | undefined {
  const gap = error instanceof ConnectError ? error.findDetails(UploadGapSchema)[0] : undefined;
  return gap && Number(gap.committedBytes);
}
