import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { createClaim } from '../../src/detector/claim.ts';
import type {
  InferenceJob,
  WorkerMessage,
  WorkerOrder,
  WorkerSetup,
} from '../../src/detector/inference-protocol.ts';
import { rectangularLetterbox } from '../../src/yolo/letterbox.ts';
import { smallModel } from '../small-model.ts';

const WORKER = fileURLToPath(new URL('../../src/detector/inference-worker.ts', import.meta.url));

test('an inference worker loads what runs a network, not what reads and makes files of networks', () => {
  const hook = `
    import { registerHooks } from 'node:module';
    registerHooks({
      load(url, context, next) {
        console.log(url);
        return next(url, context);
      },
    });
  `;
  const args = ['--import', `data:text/javascript,${encodeURIComponent(hook)}`, WORKER];
  // It ends when all is loaded: it is no worker here.
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(stderr).toContain('inference-worker is started as a worker thread');
  const loaded = stdout.split('\n');
  expect(loaded).toContainEqual(expect.stringContaining('onnxruntime-node'));
  expect(loaded.filter((url) => /bufbuild|read-onnx|checkpoint/.test(url))).toEqual([]);
});

test('what is to be done comes before the session for images that are alone, which is opened once', async () => {
  const size = { width: 64, height: 64 };
  const job: InferenceJob = {
    ...{ layout: 'L', ...size, data: new Uint8Array(new SharedArrayBuffer(64 * 64)) },
    ...{ letterbox: rectangularLetterbox(size, 64, 32), confidence: 0.5, iou: 0.5, maxDetections: 1 },
    isAlone: true,
  };
  const setup: WorkerSetup = { model: await smallModel(), threads: 1, loneThreads: 2 };
  const worker = new Worker(WORKER, { workerData: setup });
  const kinds: string[] = [];
  const give = () => worker.postMessage({ job, claim: createClaim() } satisfies WorkerOrder);
  const ended = new Promise((resolve) => worker.once('exit', resolve));
  worker.on('message', ({ kind }: WorkerMessage) => {
    kinds.push(kind);
    if (kinds.length === 1) for (const _ of 'abc') give();
    if (kinds.length === 6) give();
    if (kinds.length === 7) worker.postMessage('close' satisfies WorkerOrder);
  });
  await ended;
  expect(kinds).toEqual(['ready', 'done', 'done', 'done', 'away', 'ready', 'done']);
});
