import type { ModuleView } from '../checkpoint/module-view.ts';
import type { Range } from '../onnx/graph-builder.ts';
import { type ConversionContext, shapedTensor } from './conversion-context.ts';

/** A batch norm as it acts once training is over: `y = x * scale + shift`, one of each per channel. */
export interface ChannelScaling {
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

/** So many standard deviations from their mean, a channel's numbers are expected to lie. */
const EXPECTED_DEVIATIONS = 6;

/**
 * What comes out of a batch norm, without looking at a picture: over the training, channel `c` had the mean `beta[c]`
 * and the standard deviation `|gamma[c]|`.
 * @returns a function that reads the range over all channels
 */
export function batchNormRange(
  { readTensor }: ConversionContext,
  module: ModuleView,
  channels: number,
): () => Range {
  const weight = shapedTensor(module, 'weight', [channels]);
  const bias = shapedTensor(module, 'bias', [channels]);
  return () => {
    const spread = readTensor(weight).map((gamma) => EXPECTED_DEVIATIONS * Math.abs(gamma));
    const beta = readTensor(bias);
    const bounds = (sign: number) => beta.map((mean, i) => mean + sign * (spread[i] as number));
    return [
      bounds(-1).reduce((least, bound) => Math.min(least, bound), 0),
      bounds(1).reduce((most, bound) => Math.max(most, bound), 0),
    ];
  };
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
  const prepare = (name: string) => {
    const tensor = shapedTensor(module, name, [channels]);
    return () => Float64Array.from(readTensor(tensor));
  };
  const readGamma = prepare('weight');
  const readBeta = prepare('bias');
  const readMean = prepare('running_mean');
  const readVariance = prepare('running_var');
  const eps = module.number('eps');
  return () => {
    const [gamma, beta, mean, variance] = [readGamma(), readBeta(), readMean(), readVariance()];
    const scale = gamma.map((value, i) => value / Math.sqrt((variance[i] as number) + eps));
    const shift = beta.map((value, i) => value - (mean[i] as number) * (scale[i] as number));
    return { scale, shift };
  };
}
