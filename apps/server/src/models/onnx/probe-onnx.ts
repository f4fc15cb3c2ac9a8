import { InferenceSession } from 'onnxruntime-node';
import type { Size } from '../../yolo/letterbox.ts';
import { ModelError, reasonOf } from '../model-error.ts';
import type { DetectorInput } from './detector-input.ts';
import { createFeeds } from './image-tensor.ts';
import { silenceRuntime } from './silence-runtime.ts';

/** What came out when a network was run once. */
export interface ProbedOutput {
  readonly name: string;
  /** As in `float32`. */
  readonly elementType: string;
  readonly dims: readonly number[];
  readonly data: ArrayLike<number>;
}

const GREY = 128;

/**
 * Runs a network once on a grey image, which shows the true shapes of its outputs and that it runs at all.
 * @throws {ModelError} if ONNX Runtime cannot load or run it
 */
export async function probeOnnx(onnxPath: string, input: DetectorInput, size: Size): Promise<ProbedOutput[]> {
  silenceRuntime();
  const session = await InferenceSession.create(onnxPath, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    // One run does not repay optimizing the graph or rearranging the weights.
    graphOptimizationLevel: 'disabled',
    extra: { session: { disable_prepacking: '1' } },
    logSeverityLevel: 4,
  }).catch((cause: unknown) => {
    throw new ModelError(`ONNX Runtime cannot load it: ${reasonOf(cause)}`, { cause });
  });
  try {
    const grey = new Uint8Array(3 * size.width * size.height).fill(GREY);
    const outputs = await session.run(createFeeds(input)(grey, size, 0));
    return Object.entries(outputs).map(([name, output]) => ({
      name,
      elementType: output.type,
      dims: output.dims,
      data: output.data as unknown as ArrayLike<number>,
    }));
  } catch (cause) {
    throw new ModelError(`it does not run on ${size.width}x${size.height} pixels: ${reasonOf(cause)}`, {
      cause,
    });
  } finally {
    await session.release();
  }
}
