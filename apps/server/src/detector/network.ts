import { InferenceSession } from 'onnxruntime-node';
import { FLOOR } from '../models/model.ts';
import { createImageTensors, floorTensor } from '../models/onnx/image-tensor.ts';
import type { Size } from '../yolo/letterbox.ts';
import type { WorkerSetup } from './inference-protocol.ts';

/** A loaded network. */
export interface Network {
  readonly classCount: number;
  /**
   * Runs once; not to be called again before it has resolved.
   * @param input `[3, height, width]`, RGB, planar, 0 to 255; read, not kept
   * @param floor rows whose objectness is not above it may be missing, 0 to 1
   * @returns `[rows, 5 + classes]`, see `Model.outputName`
   */
  run(input: Uint8Array, size: Size, floor: number): Promise<Float32Array | Float16Array>;
}

/** The network computes the objectness that it compares with the floor in another order than the one that it gives out. */
const FLOOR_MARGIN = 0.999;

export async function openNetwork({ model, threads }: WorkerSetup): Promise<Network> {
  const session = await InferenceSession.create(model.onnxPath, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    // Threads that wait for the next image must not burn a core that another session could use.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });

  const toTensor = createImageTensors(model.elementType);

  return {
    classCount: model.classes.length,
    async run(input, { width, height }, floor) {
      const feeds = {
        [model.inputName]: toTensor(input, [1, 3, height, width]),
        ...(model.hasFloor && { [FLOOR]: floorTensor(floor * FLOOR_MARGIN) }),
      };
      const outputs = await session.run(feeds, [model.outputName]);
      return outputs[model.outputName]?.data as Float32Array | Float16Array;
    },
  };
}
