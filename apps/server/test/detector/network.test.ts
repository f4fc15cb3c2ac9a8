import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openNetwork } from '../../src/detector/network.ts';
import type { Model } from '../../src/models/model.ts';
import { prepareModel } from '../../src/models/model-store.ts';
import { type GraphValue, onnxPieces } from '../../src/models/onnx/write-onnx.ts';
import { convertCheckpoint } from '../../src/models/yolov5/convert-checkpoint.ts';
import { temporaryFolder, writeSmallCheckpoint } from '../small-model.ts';

const folder = temporaryFolder();
afterAll(folder.remove);
const checkpoint = writeSmallCheckpoint(folder.path);

const size = { width: 96, height: 64 };
const bytes = Uint8Array.from({ length: 3 * 96 * 64 }, (_, i) => (i * i * 31 + i * 7) % 256);

async function outputOf(path: string): Promise<{ model: Model; output: number[] }> {
  const model = await prepareModel({ model: path, modelDir: folder.path });
  const { run } = await openNetwork({ model, threads: 1 });
  return { model, output: [...(await run(bytes, size, 0))] };
}

test('a network of floats from elsewhere sees what our own sees in bytes', async () => {
  const floats = convertCheckpoint(readFileSync(checkpoint));
  // As exporters write it: without the first node, which makes numbers of the bytes.
  const [toNumbers] = floats.graph.nodes.splice(0, 1);
  floats.graph.initializers.splice(0, 2);
  const [image, ...others] = floats.inputs as [GraphValue, ...GraphValue[]];
  const inputs = [{ ...image, name: toNumbers?.name ?? '', type: 'float32' as const }, ...others];
  const path = join(folder.path, 'floats.onnx');
  writeFileSync(path, Buffer.concat([...onnxPieces({ ...floats, inputs })]));

  const [ours, theirs] = [await outputOf(checkpoint), await outputOf(path)];
  expect([ours.model.elementType, theirs.model.elementType]).toEqual(['uint8', 'float32']);
  expect(theirs.output).toHaveLength(ours.output.length);
  const worst = ours.output.reduce(
    (most, value, i) => Math.max(most, Math.abs(value - (theirs.output[i] ?? Number.NaN))),
    0,
  );
  expect(worst).toBeLessThan(1e-3);
  expect(new Set(ours.output.map((value) => value.toFixed(2))).size).toBeGreaterThan(100);
});
