import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { ModuleView } from '../checkpoint/module-view.ts';
import type { TensorRef } from '../checkpoint/pickle-values.ts';
import { ModelError } from '../model-error.ts';
import type { GraphBuilder } from '../onnx/graph-builder.ts';

/** What the layers are read with and built into. */
export interface ConversionContext {
  readonly graph: GraphBuilder;
  readonly readTensor: Checkpoint['readTensor'];
  /** How many layers were added so far, the ones that they hold included. */
  layerCount: number;
}

/**
 * @returns the tensor `name` of `module`, whose shape must be `expected`
 * @throws {ModelError} naming both shapes
 */
export function shapedTensor(module: ModuleView, name: string, expected: readonly number[]): TensorRef {
  const tensor = module.tensor(name);
  if (`${tensor.shape}` === `${expected}`) return tensor;
  throw new ModelError(`${module.where}.${name} has the shape [${tensor.shape}] instead of [${expected}]`);
}
