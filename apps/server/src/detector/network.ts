import { createFeeds } from '../models/onnx/image-tensor.ts';
import { openSession } from '../models/onnx/open-session.ts';
import type { InputOrder } from '../yolo/input-order.ts';
import type { Size } from '../yolo/letterbox.ts';
import type { WorkerSetup } from './inference-protocol.ts';

/** A loaded network. */
export interface Network {
  readonly classCount: number;
  readonly inputOrder: InputOrder;
  /**
   * Runs once; not to be called again before it has resolved.
   * @param input an image in the network's order, 0 to 255; read, not kept
   * @param floor rows whose objectness is not above it may be missing, 0 to 1
   * @returns `[rows, 5 + classes]`, see `Model.outputName`
   */
  run(input: Uint8Array, size: Size, floor: number): Promise<Float32Array | Float16Array>;
}

/** The network computes the objectness that it compares with the floor in another order than the one that it gives out. */
const FLOOR_MARGIN = 0.999;

/**
 * Loads a network into a session of its own.
 * @throws what ONNX Runtime says where the file cannot be read or there is no memory
 */
export async function openNetwork({ model, threads }: WorkerSetup): Promise<Network> {
  const session = await openSession(model, threads);
  const toFeeds = createFeeds(model);

  return {
    classCount: model.classes.length,
    inputOrder: model.inputOrder,
    async run(input, size, floor) {
      const outputs = await session.run(toFeeds(input, size, floor * FLOOR_MARGIN), [model.outputName]);
      return outputs[model.outputName]?.data as Float32Array | Float16Array;
    },
  };
}
