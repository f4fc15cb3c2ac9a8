import { InferenceSession, Tensor } from 'onnxruntime-node';

export interface OnnxOutput {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** Runs a network on images `[batch, 3, height, width]`. */
export async function runOnnx(
  model: string | Uint8Array,
  images: Float32Array,
  dims: readonly [number, 3, number, number],
  output = 'output0',
): Promise<OnnxOutput> {
  const session = await InferenceSession.create(model as string, {
    intraOpNumThreads: 1,
    logSeverityLevel: 4,
  });
  try {
    const outputs = await session.run({ images: new Tensor('float32', images, dims) });
    const { dims: shape, data } = outputs[output] as Tensor;
    return { dims: shape, data: data as Float32Array };
  } finally {
    await session.release();
  }
}
