import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Size } from '../yolo/letterbox.ts';
import type { WorkerSetup } from './inference-protocol.ts';

/** A loaded network and the memory of its input. Its methods are not to be called side by side. */
export interface Network {
  readonly classCount: number;
  /** The input's memory for this size, `[3, height, width]`: to be filled before `run`, overwritten by the next image. */
  input(size: Size): Float32Array | Float16Array;
  /** Runs on what `input` holds; the output is `[rows, 5 + classes]`, see `Model.outputName`. */
  run(size: Size): Promise<Float32Array | Float16Array>;
  /** Runs once on nothing, so that the first image finds everything allocated. */
  warmUp(): Promise<void>;
}

export async function openNetwork({ model, threads }: WorkerSetup): Promise<Network> {
  const session = await InferenceSession.create(model.onnxPath, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    // Threads that wait for the next image must not burn a core that another session could use.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  let memory = allocate(model.elementType, 0);

  function input({ width, height }: Size) {
    const length = 3 * width * height;
    if (memory.length < length) memory = allocate(model.elementType, length);
    return memory.subarray(0, length);
  }

  async function run(size: Size) {
    // The library takes a Float16Array for float16, its types know only of the other overloads.
    const data = input(size) as Float32Array;
    const tensor = new Tensor(model.elementType as 'float32', data, [1, 3, size.height, size.width]);
    const outputs = await session.run({ [model.inputName]: tensor }, [model.outputName]);
    return outputs[model.outputName]?.data as Float32Array | Float16Array;
  }

  return {
    classCount: model.classes.length,
    input,
    run,
    async warmUp() {
      await run(model.fixedSize ?? { width: 640, height: 640 });
    },
  };
}

function allocate(elementType: 'float32' | 'float16', length: number) {
  return elementType === 'float16' ? new Float16Array(length) : new Float32Array(length);
}
