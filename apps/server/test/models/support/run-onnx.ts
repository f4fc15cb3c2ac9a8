import { InferenceSession, Tensor } from 'onnxruntime-node';

export interface OnnxOutput {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/**
 * Runs a network on images `[batch, 3, height, width]`.
 * @param floor the input of that name, where there is one; by default no candidate is left out
 */
export async function runOnnx(
  model: string | Uint8Array,
  images: Float32Array,
  dims: readonly [number, 3, number, number],
  { output = 'output0', floor = -1 } = {},
): Promise<OnnxOutput> {
  const session = await InferenceSession.create(model as string, {
    intraOpNumThreads: 1,
    logSeverityLevel: 4,
  });
  try {
    const feeds = {
      images: new Tensor('float32', images, dims),
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
