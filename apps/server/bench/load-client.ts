// A process of its own that sends images to a server; its parent says how, and for how long.
import { readFileSync } from 'node:fs';
import { MlPredictions } from '@boxwire/proto/mlpredictions/mlpredictions';
import { openVideo } from '@boxwire/video';
import { createClient } from '@connectrpc/connect';
import { createConnectTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { throughput } from './case.ts';
import { openClient } from './grpc-client.ts';

export interface LoadOrder {
  readonly seconds: number;
  readonly method: 'unary' | 'bidi' | 'video';
  /** Default: native gRPC, by grpc-js. */
  readonly protocol?: 'connect' | 'grpc-web';
  /** Calls, or streams, at once. */
  readonly width: number;
  /** The image message to send; its data is read from the file. For a video, the file alone counts. */
  readonly image: {
    readonly mode: string;
    readonly width: number;
    readonly height: number;
    readonly file: string;
  };
  /** The longer side of the network's input. */
  readonly imageSize?: number;
  /** Of a video, every how many frames are sent. */
  readonly everyNth?: number;
}

export interface LoadResult {
  /** Images answered, per second; of a video, frames of the file. */
  readonly rate: number;
  /** Images answered by each stream. */
  readonly perStream: readonly number[];
}

const port = Number(process.argv[2]);
const client = openClient(port, 'mlpredictions.MlPredictions');
const options = { baseUrl: `http://127.0.0.1:${port}`, httpVersion: '2' } as const;
const others = {
  connect: createClient(MlPredictions, createConnectTransport(options)),
  'grpc-web': createClient(MlPredictions, createGrpcWebTransport(options)),
};
const files = new Map<string, Buffer>();

function message({ image: { mode, width, height, file }, imageSize }: LoadOrder) {
  const data = files.get(file) ?? readFileSync(file);
  files.set(file, data);
  return { mode, width, height, data, ...(imageSize && { options: { imageSize } }) };
}

async function unary(order: LoadOrder): Promise<LoadResult> {
  const image = message(order);
  const { protocol } = order;
  const native = () =>
    new Promise<void>((resolve, reject) => {
      client.predictSingleImage?.(image, (error: Error | null) => (error ? reject(error) : resolve()));
    });
  const call = protocol ? () => others[protocol].predictSingleImage(image) : native;
  return { rate: await throughput(order.width, order.seconds, call), perStream: [] };
}

/** Images under way over all streams: enough to keep any server busy, few enough to be answered soon at the end. */
const UNDER_WAY = 64;

/**
 * One stream, pushed as fast as the server takes until the time is over, with so many images under way; the number of
 * replies, which must come in order.
 */
function stream(image: object, end: number, ahead: number): Promise<number> {
  return new Promise<number>((resolve, reject) => {
    const call = client.predictMultipleImages?.();
    let replies = 0;
    let frame = 0;
    let ended = false;
    const go = () => {
      const isTime = () => frame === 0 || performance.now() < end;
      while (!ended && frame - replies < ahead && isTime()) {
        call.write({ ...image, frame: ++frame });
      }
      if (ended || performance.now() < end) return;
      ended = true;
      call.end();
    };
    call.on('data', (reply: { frame: number; error: unknown }) => {
      replies++;
      if (reply.frame !== replies || reply.error)
        reject(new Error(`reply ${replies} is ${JSON.stringify(reply)}`));
      go();
    });
    call.on('error', reject);
    call.on('end', () => resolve(replies));
    go();
  });
}

/** Pushes until the time is over; the replies per second, the last ones included. */
async function bidi(order: LoadOrder): Promise<LoadResult> {
  const image = message(order);
  const started = performance.now();
  const end = started + order.seconds * 1000;
  const ahead = Math.max(2, Math.ceil(UNDER_WAY / order.width / 4));
  const perStream = await Promise.all(Array.from({ length: order.width }, () => stream(image, end, ahead)));
  const replies = perStream.reduce((sum, count) => sum + count, 0);
  return { rate: replies / ((performance.now() - started) / 1000), perStream };
}

/** Sends every nth frame of a video while it is decoded, for a while; the frames of the file per second. */
async function video({ image, seconds, everyNth = 1 }: LoadOrder): Promise<LoadResult> {
  const started = performance.now();
  const end = started + seconds * 1000;
  await using frames = await openVideo(image.file, { choice: { everyNth } });
  const iterator = frames[Symbol.asyncIterator]();
  const call = client.predictMultipleImages?.();
  const done = new Promise<void>((resolve, reject) => {
    call.on('end', resolve);
    call.on('error', reject);
  });
  let sent = 0;
  call.on('data', () => {});
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
    const { width, height, data } = next.value;
    const isRoomy = call.write({ mode: 'RGB', width, height, data, frame: ++sent });
    if (!isRoomy) await new Promise((resolve) => call.once('drain', resolve));
    if (performance.now() >= end) break;
  }
  call.end();
  await done;
  return { rate: (sent * everyNth) / ((performance.now() - started) / 1000), perStream: [] };
}

const METHODS = { unary, bidi, video };

process.on('message', async (order: LoadOrder) => {
  process.send?.(await METHODS[order.method](order));
});
process.send?.('ready');
