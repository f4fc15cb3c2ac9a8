import type { ModuleView } from '../checkpoint/module-view.ts';
import { type ConversionContext, shapedTensor } from './conversion-context.ts';

/** A batch norm as it acts once training is over: `y = x * scale + shift`, one of each per channel. */
export interface ChannelScaling {
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

/**
 * Checks a `BatchNorm2d` of so many channels, and returns a function that reads it:
 * `scale = gamma / sqrt(variance + eps)`, `shift = beta - mean * scale`, in double precision.
 */
export function readBatchNorm(
  { readTensor }: ConversionContext,
  module: ModuleView,
  channels: number,
): () => ChannelScaling {
  const tensors = ['weight', 'bias', 'running_mean', 'running_var'].map((name) =>
    shapedTensor(module, name, [channels]),
  );
  const eps = module.number('eps');
  return () => {
    const [gamma, beta, mean, variance] = tensors.map((tensor) => Float64Array.from(readTensor(tensor))) as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    const scale = gamma.map((value, i) => value / Math.sqrt((variance[i] as number) + eps));
    const shift = beta.map((value, i) => value - (mean[i] as number) * (scale[i] as number));
    return { scale, shift };
  };
}
