// A process of its own that sends images to a server; its parent says how, and for how long.
import { readFileSync } from 'node:fs';
import { throughput } from './case.ts';
import { openClient } from './grpc-client.ts';

export interface LoadOrder {
  readonly seconds: number;
  readonly method: 'unary' | 'bidi';
  /** Calls, or streams, at once. */
  readonly width: number;
  /** The image message to send; its data is read from the file. */
  readonly image: {
    readonly mode: string;
    readonly width: number;
    readonly height: number;
    readonly file: string;
  };
}

const client = openClient(Number(process.argv[2]), 'mlpredictions.MlPredictions');
const files = new Map<string, Buffer>();

function message({ mode, width, height, file }: LoadOrder['image']) {
  const data = files.get(file) ?? readFileSync(file);
  files.set(file, data);
  return { mode, width, height, data };
}

function unary(order: LoadOrder): Promise<number> {
  const image = message(order.image);
  const call = () =>
    new Promise<void>((resolve, reject) => {
      client.predictSingleImage?.(image, (error: Error | null) => (error ? reject(error) : resolve()));
    });
  return throughput(order.width, order.seconds, call);
}

/** Pushes as fast as the server takes, then ends; the replies per second, the last one included. */
async function bidi(order: LoadOrder): Promise<number> {
  const image = message(order.image);
  const started = performance.now();
  const end = started + order.seconds * 1000;
  const stream = () =>
    new Promise<number>((resolve, reject) => {
      const call = client.predictMultipleImages?.();
      let replies = 0;
      let frame = 0;
      const push = () => {
        while (performance.now() < end) if (!call.write({ ...image, frame: ++frame })) return;
        call.end();
      };
      call.on('drain', push);
      call.on('data', (reply: { frame: number; error: unknown }) => {
        replies++;
        if (reply.frame !== replies || reply.error)
          reject(new Error(`reply ${replies} is ${JSON.stringify(reply)}`));
      });
      call.on('error', reject);
      call.on('end', () => resolve(replies));
      push();
    });
  const replies = await Promise.all(Array.from({ length: order.width }, stream));
  return replies.reduce((sum, count) => sum + count, 0) / ((performance.now() - started) / 1000);
}

process.on('message', async (order: LoadOrder) => {
  const rate = await (order.method === 'unary' ? unary(order) : bidi(order));
  process.send?.(rate);
});
process.send?.('ready');
