import { setTimeout as sleep } from 'node:timers/promises';
import { openClients } from '../hostile/doors.ts';
import { openGrpcJsPair } from './grpc-js-pair.ts';
import type { Tally } from './tally.ts';

export interface LoadOptions {
  readonly ports: readonly number[];
  readonly picture: Buffer;
  readonly clip: Buffer;
  readonly random: () => number;
  readonly tally: Tally;
}

/** Of streams and analyses that are begun, how many are cancelled on the way. */
const CANCEL_SHARE = 0.3;
const FRAMES = 20;
const PAUSE_MS = 200;

/** Mixed load until it is stopped: single calls, streams, uploads with their analysis, many of them cancelled. */
export function startLoad(options: LoadOptions): { stop(): Promise<void> } {
  const { ports, picture, tally } = options;
  let stopped = false;
  const pair = openGrpcJsPair(ports);
  const clients = ports.map(openClients);
  const whileOpen = async (work: () => Promise<unknown>) => {
    while (!stopped) if (!(await work())) await sleep(PAUSE_MS);
  };
  const loops = [
    whileOpen(() => tally.follow(pair.predict(picture))),
    whileOpen(() => tally.follow(pair.predict(picture))),
    ...clients.map((one) =>
      whileOpen(() => cancellable(options, (signal) => streamPictures(one, picture, signal))),
    ),
    ...clients.map((one) => whileOpen(() => uploadAndAnalyze(one, options))),
  ];
  return {
    async stop() {
      stopped = true;
      await Promise.all(loops);
      pair.close();
      for (const { close } of clients) close();
    },
  };
}

type Clients = ReturnType<typeof openClients>;

/** Follows what some of the time is cancelled after a moment. */
function cancellable({ tally, random }: LoadOptions, work: (signal: AbortSignal) => Promise<unknown>) {
  const cancel = new AbortController();
  const timer = random() < CANCEL_SHARE ? setTimeout(() => cancel.abort(), random() * 500) : undefined;
  const request = work(cancel.signal).finally(() => clearTimeout(timer));
  return tally.follow(request, () => cancel.signal.aborted);
}

async function streamPictures({ predictions }: Clients, data: Buffer, signal: AbortSignal): Promise<void> {
  async function* images() {
    for (let frame = 1; frame <= FRAMES; frame++) yield { data, frame };
  }
  let answered = 0;
  for await (const { error, frame } of predictions.predictMultipleImages(images(), { signal })) {
    // An image that was in a worker that died is answered by an error that says: try again.
    if (error) throw Object.assign(new Error(error.message), { code: error.code });
    if (frame !== ++answered) throw new Error(`frame ${frame} came in place of ${answered}`);
  }
  if (answered !== FRAMES) throw new Error(`${answered} of ${FRAMES} frames were answered`);
}

async function uploadAndAnalyze({ uploads, analysis }: Clients, options: LoadOptions): Promise<boolean> {
  const { clip, tally } = options;
  let id = '';
  const sent = await tally.follow(
    (async () => {
      const { upload } = await uploads.createUpload({ name: 'clip.avi', sizeBytes: BigInt(clip.length) });
      id = upload?.id ?? '';
      await uploads.putPiece({ id, offsetBytes: 0n, data: clip });
      await uploads.finishUpload({ id });
    })(),
  );
  if (!sent) return false;
  const analysed = await cancellable(options, async (signal) => {
    for await (const { event } of analysis.analyze({ uploadIds: [id] }, { signal })) {
      // A decoder that was killed too often is told as something to try again.
      if (event.case === 'summary' && event.value.error)
        throw Object.assign(new Error(event.value.error.message), event.value.error);
    }
  });
  await uploads.deleteUpload({ id }).catch(() => {});
  return analysed;
}
