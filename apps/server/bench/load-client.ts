// A process of its own that sends images to a server; its parent says how, and for how long.
import { readFileSync } from 'node:fs';
import { MlPredictions } from '@boxwire/proto/mlpredictions/mlpredictions';
import { openVideo } from '@boxwire/video';
import { createClient } from '@connectrpc/connect';
import { createConnectTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { throughput } from './case.ts';
import { openWireClient, type PreparedImage, prepareImage } from './wire-client.ts';

export interface LoadOrder {
  readonly seconds: number;
  readonly method: 'unary' | 'bidi' | 'video';
  /** Default: native gRPC, by `wire-client.ts`. */
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
const client = openWireClient(port);
const options = { baseUrl: `http://127.0.0.1:${port}`, httpVersion: '2' } as const;
const others = {
  connect: createClient(MlPredictions, createConnectTransport(options)),
  'grpc-web': createClient(MlPredictions, createGrpcWebTransport(options)),
};
const files = new Map<string, Buffer>();

function read(file: string): Buffer {
  const data = files.get(file) ?? readFileSync(file);
  files.set(file, data);
  return data;
}

function prepare({ image: { file, ...image }, imageSize }: LoadOrder): PreparedImage {
  return prepareImage(read(file), { ...image, ...(imageSize && { options: { imageSize } }) });
}

async function unary(order: LoadOrder): Promise<LoadResult> {
  const { protocol, image, imageSize } = order;
  const prepared = prepare(order);
  const native = () => {
    const call = client.call('PredictSingleImage', () => {});
    call.send(prepared, 1);
    call.end();
    return call.done;
  };
  const message = { ...image, data: read(image.file), ...(imageSize && { options: { imageSize } }) };
  const call = protocol ? () => others[protocol].predictSingleImage(message) : native;
  return { rate: await throughput(order.width, order.seconds, call), perStream: [] };
}

/** Images under way over all streams: enough to keep any server busy, few enough to be answered soon at the end. */
const UNDER_WAY = 64;

/**
 * One stream, pushed as fast as the server takes until the time is over, with so many images under way; the number of
 * replies, which must come in order.
 */
async function stream(image: PreparedImage, end: number, ahead: number): Promise<number> {
  let [sent, replies, hasEnded] = [0, 0, false];
  const isTime = () => sent === 0 || performance.now() < end;
  const go = () => {
    while (!hasEnded && sent - replies < ahead && isTime()) call.send(image, ++sent);
    if (hasEnded || isTime()) return;
    hasEnded = true;
    call.end();
  };
  const { promise: misled, reject } = Promise.withResolvers<never>();
  const call = client.call('PredictMultipleImages', ({ frame, error }) => {
    if (frame !== ++replies || error) reject(new Error(`reply ${replies} is of ${frame}: ${error?.message}`));
    go();
  });
  go();
  await Promise.race([call.done, misled]);
  return replies;
}

/** Pushes until the time is over; the replies per second, the last ones included. */
async function bidi(order: LoadOrder): Promise<LoadResult> {
  const image = prepare(order);
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
  const call = client.call('PredictMultipleImages', () => {});
  let sent = 0;
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
    const { width, height, data } = next.value;
    const isRoomy = call.send(prepareImage(data, { mode: 'RGB', width, height }), ++sent);
    if (!isRoomy) await call.drained();
    if (performance.now() >= end) break;
  }
  call.end();
  await call.done;
  return { rate: (sent * everyNth) / ((performance.now() - started) / 1000), perStream: [] };
}

const METHODS = { unary, bidi, video };

process.on('message', async (order: LoadOrder) => {
  process.send?.(await METHODS[order.method](order));
});
process.send?.('ready');
