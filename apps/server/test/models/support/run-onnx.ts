import { InferenceSession, Tensor } from 'onnxruntime-node';
import { createImageTensors } from '../../../src/models/onnx/image-tensor.ts';

export interface OnnxOutput {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/**
 * Runs a network on images `[batch, 3, height, width]`, 0 to 255, whether it takes bytes or floats.
 * @param floor the input of that name, where there is one; by default no candidate is left out
 */
export async function runOnnx(
  model: string | Uint8Array,
  images: Uint8Array,
  dims: readonly [number, 3, number, number],
  { output = 'output0', floor = -1 } = {},
): Promise<OnnxOutput> {
  const session = await InferenceSession.create(model as string, {
    intraOpNumThreads: 1,
    logSeverityLevel: 4,
  });
  try {
    const input = session.inputMetadata.find(({ name }) => name === 'images');
    const isBytes = input?.isTensor && input.type === 'uint8';
    const feeds = {
      images: createImageTensors(isBytes ? 'uint8' : 'float32')(images, dims),
      floor: new Tensor('float32', Float32Array.of(floor), [1]),
    };
    const taken = Object.entries(feeds).filter(([name]) => session.inputNames.includes(name));
    const outputs = await session.run(Object.fromEntries(taken));
    const { dims: shape, data } = outputs[output] as Tensor;
    return { dims: shape, data: data as Float32Array };
  } finally {
    await session.release();
  }
}
