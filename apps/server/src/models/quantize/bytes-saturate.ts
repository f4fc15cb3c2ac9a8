import { InferenceSession, Tensor } from 'onnxruntime-node';
import { GraphBuilder } from '../onnx/graph-builder.ts';
import { silenceRuntime } from '../onnx/silence-runtime.ts';
import { onnxPieces } from '../onnx/write-onnx.ts';

const CHANNELS = 16;
const [PIXEL, WEIGHT] = [255, 127];
/** What comes out where every product counts. */
const WHOLE = 200;

/**
 * Whether ONNX Runtime's quick products of unsigned and signed bytes saturate on this processor: without the
 * instructions for that (VNNI), those of x64 add two in 16 bits, and what does not fit is lost. Found out by the largest there are.
 */
export async function bytesSaturate(): Promise<boolean> {
  silenceRuntime();
  const session = await InferenceSession.create(Buffer.concat([...onnxPieces(largestProducts())]), {
    intraOpNumThreads: 1,
  });
  try {
    const image = new Tensor('uint8', new Uint8Array(CHANNELS).fill(PIXEL), [1, CHANNELS, 1, 1]);
    const { sums } = await session.run({ image });
    return sums?.data[0] !== WHOLE;
  } finally {
    await session.release();
  }
}

/** One convolution, whose sums are of so many largest products each. */
function largestProducts() {
  const graph = new GraphBuilder();
  const dims = [CHANNELS, CHANNELS, 1, 1];
  const weights = graph.weights('weights', dims, () => new Int8Array(CHANNELS ** 2).fill(WEIGHT), 'int8');
  const weightZero = graph.weights('zero', [], () => new Int8Array(1), 'int8');
  const [one, zero] = [graph.floats([1], []), graph.byte(0)];
  const step = graph.floats([(CHANNELS * PIXEL * WEIGHT) / WHOLE], []);
  graph.node('QLinearConv', 'sums', ['image', one, zero, weights, one, weightZero, step, zero]);
  const value = (name: string) => ({ name, dims: [1, CHANNELS, 1, 1], type: 'uint8' as const });
  return { graph, inputs: [value('image')], outputs: [value('sums')], metadata: {} };
}
