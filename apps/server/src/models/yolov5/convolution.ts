import type { ModuleView } from '../checkpoint/module-view.ts';
import { ModelError } from '../model-error.ts';
import { batchNormRange, readBatchNorm } from './batch-norm.ts';
import { type ConversionContext, shapedTensor } from './conversion-context.ts';

/**
 * Adds a `Conv2d` to the graph, with the batch norm that follows it folded into its weights.
 * @param source the image itself where the convolution reads a `Focus` of it: see `unfocus`
 * @returns the name of its output
 */
export function addConvolution(
  context: ConversionContext,
  convolution: ModuleView,
  batchNorm: ModuleView | undefined,
  input: string,
  source: 'plain' | 'focus' = 'plain',
): string {
  const { graph } = context;
  const kernel = convolution.pair('kernel_size');
  const strides = convolution.pair('stride');
  const padding = readPadding(convolution);
  const dilations = convolution.pair('dilation');
  const group = convolution.count('groups');
  const scale = source === 'focus' ? 2 : 1;
  if (scale === 2 && (group !== 1 || [...strides, ...dilations].some((value) => value !== 1))) {
    throw new ModelError(`${convolution.where} is not the kind of convolution that follows a Focus`);
  }
  const { dims, weight, bias } = readWeights(context, convolution, batchNorm);
  const [outputs = 0, inputs = 0, height = 0, width = 0] = dims;
  const weights =
    scale === 2
      ? graph.weights(`${convolution.where}.weight`, [outputs, inputs / 4, height * 2, width * 2], () =>
          unfocus(weight(), dims),
        )
      : graph.weights(`${convolution.where}.weight`, dims, weight);
  const biases = graph.weights(`${convolution.where}.bias`, [outputs], bias);
  const output = graph.node('Conv', convolution.where, [input, weights, biases], {
    kernel_shape: kernel.map((size) => size * scale),
    pads: [...padding, ...padding].map((pad) => pad * scale),
    strides: strides.map((stride) => stride * scale),
    dilations,
    group,
  });
  if (batchNorm) graph.expectedRanges.set(output, batchNormRange(context, batchNorm, outputs));
  return output;
}

function readPadding(convolution: ModuleView): [number, number] {
  const mode = convolution.get('padding_mode') ?? 'zeros';
  if (mode !== 'zeros')
    throw new ModelError(`${convolution.where} pads with ${String(mode)}, not with zeros`);
  return convolution.pair('padding');
}

/** The numbers of a convolution with the batch norm that follows it folded in; each call makes them anew. */
export interface ConvolutionWeights {
  /** `[outputs, inputs per group, kernel height, kernel width]` */
  readonly dims: readonly number[];
  weight(): Float32Array;
  bias(): Float32Array;
}

/** @throws {ModelError} where shapes do not fit */
export function readWeights(
  context: ConversionContext,
  convolution: ModuleView,
  batchNorm: ModuleView | undefined,
): ConvolutionWeights {
  const outputs = convolution.count('out_channels');
  const inputs = convolution.count('in_channels') / convolution.count('groups');
  const dims = [outputs, inputs, ...convolution.pair('kernel_size')];
  const weight = shapedTensor(convolution, 'weight', dims);
  const ownBias = convolution.optionalTensor('bias') && shapedTensor(convolution, 'bias', [outputs]);
  const readOwnBias = () => (ownBias ? context.readTensor(ownBias) : new Float32Array(outputs));
  if (!batchNorm) return { dims, weight: () => context.readTensor(weight), bias: readOwnBias };

  const readScaling = readBatchNorm(context, batchNorm, outputs);
  return {
    dims,
    weight: () => {
      const values = context.readTensor(weight);
      const { scale } = readScaling();
      const each = values.length / outputs;
      for (let output = 0, i = 0; output < outputs; output++) {
        const factor = scale[output] as number;
        for (const end = i + each; i < end; i++) values[i] = (values[i] as number) * factor;
      }
      return values;
    },
    bias: () => {
      const { scale, shift } = readScaling();
      return readOwnBias().map((value, i) => value * (scale[i] as number) + (shift[i] as number));
    },
  };
}

/**
 * YOLOv5 up to 5.0 begins with a `Focus`: the image's even and odd rows and columns become four times as many
 * channels of half the size, in the order (even row, even column), (odd, even), (even, odd), (odd, odd), and a
 * convolution reads them. The same numbers in a kernel of twice the size, moved in steps of two, read the image
 * itself and save taking it apart.
 * @param dims of `weight`: `[outputs, 4 * inputs, height, width]`
 * @returns weights `[outputs, inputs, 2 * height, 2 * width]`
 */
function unfocus(weight: Float32Array, dims: readonly number[]): Float32Array {
  const [outputs = 0, quadruple = 0, height = 0, width = 0] = dims;
  const inputs = quadruple / 4;
  const out = new Float32Array(weight.length);
  let from = 0;
  for (let o = 0; o < outputs; o++) {
    for (let channel = 0; channel < quadruple; channel++) {
      const part = Math.floor(channel / inputs);
      const plane = (o * inputs + (channel % inputs)) * 4 * height * width;
      const odd = { row: part % 2, column: Math.floor(part / 2) };
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          out[plane + (2 * y + odd.row) * 2 * width + 2 * x + odd.column] = weight[from++] as number;
        }
      }
    }
  }
  return out;
}
