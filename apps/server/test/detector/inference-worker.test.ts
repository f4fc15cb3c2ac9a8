import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

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
