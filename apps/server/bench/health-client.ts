// A process of its own that asks a server for its health again and again, for as long as its parent says.
import { setTimeout as sleep } from 'node:timers/promises';
import { openClient } from './grpc-client.ts';
import { checkHealth } from './server-process.ts';

/** Often enough to hit every state of the server, seldom enough to be no load. */
const INTERVAL_MS = 10;

const client = openClient(Number(process.argv[2]), 'grpc.health.v1.Health');

/** How long each answer took, in milliseconds. */
async function watch(seconds: number): Promise<number[]> {
  const end = performance.now() + seconds * 1000;
  const times: number[] = [];
  while (performance.now() < end) {
    times.push((await checkHealth(client)).ms);
    await sleep(INTERVAL_MS);
  }
  return times;
}

process.on('message', async (seconds: number) => {
  process.send?.(await watch(seconds));
});
process.send?.('ready');
