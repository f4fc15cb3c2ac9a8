import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { below } from '../hostile/random.ts';
import type { Visit } from './visit.ts';

/** A file that is sent, through whatever happens to the server. */
export interface Parcel {
  readonly name: string;
  readonly bytes: Buffer;
  readonly maxPieceBytes: number;
}

const PAUSE_MS = 50;
/** Longer than any fault takes to be mended. */
const PATIENCE_MS = 60_000;

/** Asks until it is answered; `undefined` where it is refused for good, which counts as lost. */
async function persist<T>({ tally }: Visit, what: string, ask: () => Promise<T>): Promise<T | undefined> {
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    const outcome = await tally.follow(what, ask());
    if (outcome.kind === 'answered') return outcome.value;
    if (outcome.kind === 'lost') return undefined;
    await sleep(PAUSE_MS);
  }
  tally.expect(false, 'the server did not come back');
  return undefined;
}

/** @returns the new upload's id */
export async function create(visit: Visit, { name, bytes }: Parcel): Promise<string | undefined> {
  const sizeBytes = BigInt(bytes.length);
  const created = await persist(visit, 'CreateUpload', () =>
    visit.clients.uploads.createUpload({ name, sizeBytes }),
  );
  return created?.upload?.id;
}

/** Sends a file in pieces, goes on where it was after a failure, and compares what the server then has with it. */
export async function send(visit: Visit, id: string, parcel: Parcel): Promise<void> {
  const { clients, tally, tell } = visit;
  const { bytes, name } = parcel;
  for (let committed = 0; committed < bytes.length; ) {
    const next = await sendPiece(visit, id, parcel, committed);
    if (next === undefined) return;
    committed = next;
    tell('a piece is committed');
  }
  const finished = await persist(visit, 'FinishUpload', () => {
    const answer = clients.uploads.finishUpload({ id });
    tell('an upload is finished');
    return answer;
  });
  tally.expect(finished?.upload?.finished === true, `${name} is not finished`);
  tally.expect(readFileSync(join(visit.uploadDir, `${id}.data`)).equals(bytes), `${name} is another file`);
  tally.uploads++;
}

/** One piece. @returns how far the upload is then; `undefined` where it is lost */
async function sendPiece(
  visit: Visit,
  id: string,
  parcel: Parcel,
  from: number,
): Promise<number | undefined> {
  const { clients, tally, tell, random } = visit;
  const data = parcel.bytes.subarray(from, from + 1 + below(random, parcel.maxPieceBytes));
  const end = from + data.length;
  const put = async () => {
    const answer = clients.uploads.putPiece({ id, offsetBytes: BigInt(from), data, crc32: crc32(data) });
    tell('a piece arrives');
    const committed = Number((await answer).committedBytes);
    tally.expect(committed === end, `${committed} bytes are committed after a piece up to ${end}`);
    return committed;
  };
  // Who was cut off may send the same again, or ask how far it is.
  if (random() < 0.5) return persist(visit, 'PutPiece', put);
  const outcome = await tally.follow('PutPiece', put());
  if (outcome.kind === 'answered') return outcome.value;
  const now = await persist(visit, 'GetUpload', () => clients.uploads.getUpload({ id }));
  const committed = Number(now?.upload?.committedBytes ?? Number.NaN);
  const isPossible = committed >= from && committed <= end;
  tally.expect(
    isPossible,
    `${committed} bytes are committed after a piece from ${from} to ${end} was cut off`,
  );
  return isPossible ? committed : undefined;
}

/** What is gone already, for an answer that was lost, is fine. */
export async function remove(visit: Visit, id: string): Promise<void> {
  await persist(visit, 'DeleteUpload', () => visit.clients.uploads.deleteUpload({ id }));
}
