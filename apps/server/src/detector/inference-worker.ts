// The entry point of an inference worker: a thread with its own session. One job after the other.
import { setImmediate } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { createCollector } from '../collector.ts';
import { take } from './claim.ts';
import { fastestOf } from './fastest-network.ts';
import type { WorkerMessage, WorkerOrder, WorkerSetup } from './inference-protocol.ts';
import { openInputWriter } from './input-writer.ts';
import { lowerThread, NICENESS } from './lower-priority.ts';
import { openNetwork } from './network.ts';
import { search } from './search.ts';

const port = parentPort;
if (!port) throw new Error('inference-worker is started as a worker thread');

function say(message: WorkerMessage, transfer: ArrayBuffer[] = []): void {
  port?.postMessage(message, transfer);
}

lowerThread(NICENESS.inference);
const setup = workerData as WorkerSetup;
const inputWriter = await openInputWriter();
/** A job that is done still holds its pixels until it is collected, and makes so little garbage that this takes hundreds of others. */
const collectJobs = createCollector('minor', 2 ** 28);
const network = await openNetwork(setup);
let loneNetwork = network;
/** Whether an image was alone, and whether there is a session for those that follow. */
let lone: 'unused' | 'wanted' | 'open' = 'unused';
/** Orders that are heard and not begun. */
let ahead = 0;
await warmUp();

/** Runs once on nothing, so that the first image finds everything allocated. */
async function warmUp(): Promise<void> {
  const size = setup.model.fixedSize ?? { width: 640, height: 640 };
  await network.run(new Uint8Array(3 * size.width * size.height), size, 0);
}

/**
 * Once the first image that was alone is answered, and nothing else is to be done here: nobody waits for it, and who only
 * sends streams does without the memory that it takes. This thread hears nothing while it loads.
 */
async function openLone(): Promise<void> {
  const { threads, loneThreads = threads } = setup;
  if (lone !== 'wanted' || loneThreads <= threads) return;
  // What came while the network was run is heard now.
  await setImmediate();
  if (ahead > 0) return;
  lone = 'open';
  say({ kind: 'away' });
  try {
    loneNetwork = fastestOf([network, await openNetwork({ ...setup, threads: loneThreads })]);
  } catch {
    // There is no memory for it, and what is alone takes as long as before.
  }
  say({ kind: 'ready' });
}

async function obey(order: WorkerOrder): Promise<void> {
  ahead -= 1;
  if (order === 'close') {
    lone = 'unused';
    return port?.close();
  }
  const { job, claim } = order;
  if (!take(claim)) return;
  collectJobs(job.data.byteLength);
  try {
    const result = await search(job.isAlone ? loneNetwork : network, inputWriter, job);
    const { boxesXyxy, confidences, classIds } = result;
    say({ kind: 'done', result }, [boxesXyxy.buffer, confidences.buffer, classIds.buffer]);
    if (job.isAlone && lone === 'unused') lone = 'wanted';
  } catch (error) {
    say({ kind: 'failed', error });
  }
}

/** All that it was told so far is done. The network is run later than it is asked to, when the next order may be here. */
let done = Promise.resolve();
port.on('message', (order: WorkerOrder) => {
  ahead += 1;
  done = done.then(() => obey(order)).then(openLone);
});
say({ kind: 'ready' });
