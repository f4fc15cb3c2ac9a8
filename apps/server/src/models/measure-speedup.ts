import { InferenceSession } from 'onnxruntime-node';
import { FLOOR, type Model } from './model.ts';
import { createImageTensors, floorTensor, imageDims } from './onnx/image-tensor.ts';

/** Small, since large networks take seconds for a picture; a multiple of every stride, of which 128 is the largest. */
const SIZE = { width: 384, height: 256 };
const GREY = 128;
/** One more to warm up. */
const ROUNDS = 7;
type Run = () => Promise<unknown>;

/**
 * How many times as fast as the first model the second runs here, on one thread: the median over rounds in which
 * both run in turn, so that other work on the machine hits both.
 */
export async function measureSpeedup(model: Model, other: Model): Promise<number> {
  const sessions = [await open(model), await open(other)];
  try {
    const [first, second] = [model, other].map((one, i) => toRun(sessions[i] as InferenceSession, one)) as [
      Run,
      Run,
    ];
    const ratios: number[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const ratio = (await timed(first)) / (await timed(second));
      if (round > 0) ratios.push(ratio);
    }
    return ratios.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] as number;
  } finally {
    await Promise.all(sessions.map((session) => session.release()));
  }
}

function open({ onnxPath }: Model): Promise<InferenceSession> {
  return InferenceSession.create(onnxPath, { intraOpNumThreads: 1, interOpNumThreads: 1 });
}

function toRun(session: InferenceSession, { inputName, inputOrder, elementType }: Model): Run {
  const grey = new Uint8Array(3 * SIZE.width * SIZE.height).fill(GREY);
  const image = createImageTensors(elementType)(grey, imageDims(inputOrder, SIZE));
  return () => session.run({ [inputName]: image, [FLOOR]: floorTensor(0.25) });
}

async function timed(run: Run): Promise<number> {
  const startedAt = performance.now();
  await run();
  return performance.now() - startedAt;
}
