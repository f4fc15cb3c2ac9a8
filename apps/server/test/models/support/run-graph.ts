import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { GraphBuilder } from '../../../src/models/onnx/graph-builder.ts';
import { onnxPieces } from '../../../src/models/onnx/write-onnx.ts';

/** Runs operations that read `images`, bytes of the given size, and gives the values of these names. */
export async function runGraph(
  graph: GraphBuilder,
  images: Uint8Array,
  dims: readonly number[],
  names: readonly string[],
  type: 'float32' | 'uint8' = 'float32',
) {
  const outputs = names.map((name) => ({ name, type, dims: ['a', 'b', 'c', 'd'] }));
  const inputs = [{ name: 'images', type: 'uint8' as const, dims }];
  const file = Buffer.concat([...onnxPieces({ graph, inputs, outputs, metadata: {} })]);
  const session = await InferenceSession.create(file, { intraOpNumThreads: 1, logSeverityLevel: 4 });
  try {
    const values = await session.run({ images: new Tensor('uint8', images, dims) });
    return names.map((name) => {
      const { dims: shape, data } = values[name] as Tensor;
      return { dims: shape, data: Array.from(data as Float32Array | Uint8Array) };
    });
  } finally {
    await session.release();
  }
}
