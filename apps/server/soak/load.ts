import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { analyze, type Clip } from './analyze.ts';
import { openGrpcJsPair } from './grpc-js-pair.ts';
import { create, type Parcel, remove, send } from './upload.ts';
import { openVisit, type ServerPlace, type Visit, type VisitOptions } from './visit.ts';

export interface LoadOptions extends VisitOptions {
  readonly servers: readonly ServerPlace[];
  readonly picture: Buffer;
  readonly clip: Clip & { readonly bytes: Buffer };
}

const FRAMES = 20;
const PAUSE_MS = 100;
/** Enough for a piece to take a while. */
const BULK_BYTES = 6 * 2 ** 20;
const BULK: Parcel = { name: 'bulk.bin', bytes: randomBytes(BULK_BYTES), maxPieceBytes: BULK_BYTES / 3 };
/** Longer than any request may take, which has a deadline of its own. */
const STOP_TIMEOUT_MS = 90_000;

/** Mixed load until it is stopped: single calls, streams, uploads with their analysis, many of them cancelled. */
export function startLoad(options: LoadOptions): { stop(): Promise<void> } {
  const { servers, picture, clip, tally } = options;
  let stopped = false;
  const pair = openGrpcJsPair(servers.map(({ port }) => port));
  const visits = servers.map((server) => openVisit(server, options));
  const whileOpen = async (work: () => Promise<unknown>) => {
    while (!stopped) {
      await work();
      await sleep(PAUSE_MS);
    }
  };
  const loops = [
    whileOpen(() => tally.follow('a call', pair.predict(picture))),
    whileOpen(() => tally.follow('a call', pair.predict(picture))),
    ...visits.flatMap((visit) => [
      whileOpen(() => visit.cancellable('a stream', (signal) => streamPictures(visit, picture, signal))),
      whileOpen(() => visitWithClip(visit, clip)),
      whileOpen(() => visitWithBulk(visit)),
    ]),
  ];
  return {
    /** Resolves when all that was begun has ended; what has not after a while is counted as unanswered. */
    async stop() {
      stopped = true;
      await Promise.race([Promise.all(loops), sleep(STOP_TIMEOUT_MS, undefined, { ref: false })]);
      pair.close();
      for (const { clients } of visits) clients.close();
    },
  };
}

async function streamPictures(visit: Visit, data: Buffer, signal: AbortSignal): Promise<void> {
  const { clients, tally, tell } = visit;
  async function* images() {
    for (let frame = 1; frame <= FRAMES; frame++) yield { data, frame, options: { imageSize: 320 } };
  }
  let answered = 0;
  for await (const answer of clients.predictions.predictMultipleImages(images(), { signal })) {
    const { error, frame, object } = answer;
    // An image that was in a worker that died is answered by an error that says: try again.
    if (error) throw Object.assign(new Error(error.message), { code: error.code });
    tally.expect(frame === ++answered, `frame ${frame} came in place of ${answered}`);
    tally.expectSame('the picture', object);
    tell('a stream is being answered');
  }
  tally.expect(answered === FRAMES, `${answered} of ${FRAMES} frames were answered`);
}

/** Half of them look at what is in it while it is on its way. */
async function visitWithClip(visit: Visit, clip: LoadOptions['clip']): Promise<void> {
  const parcel = { ...clip, maxPieceBytes: clip.bytes.length / 2 };
  const id = await create(visit, parcel);
  if (!id) return;
  const isEarly = visit.random() < 0.5;
  const early = isEarly ? analyze(visit, id, clip) : undefined;
  await send(visit, id, parcel);
  await (early ?? analyze(visit, id, clip));
  await remove(visit, id);
}

async function visitWithBulk(visit: Visit): Promise<void> {
  const id = await create(visit, BULK);
  if (!id) return;
  await send(visit, id, BULK);
  await remove(visit, id);
}
