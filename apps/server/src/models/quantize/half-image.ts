import type { NodeProto } from '@boxwire/proto/onnx/onnx';
import type { Attributes } from '../onnx/graph-builder.ts';
import type { OnnxModel } from '../onnx/write-onnx.ts';

/**
 * A convolution that reads the image itself in steps of two takes the runtime's int8 kernels, which copy the channels of
 * one pixel at a time, three times as long as one that reads the image at half its size with four times the channels,
 * those of each square of 2 x 2 pixels, see `InputOrder`. Both sum the same products.
 */
export interface HalfImageConvolution {
  /** `[outputs, 4 * inputs, kernel height / 2, kernel width / 2]` */
  readonly dims: readonly number[];
  readonly attributes: Attributes;
  /** Puts the weights of the given convolution into that order. */
  readonly arrange: (weight: Float32Array) => Float32Array;
}

/** The convolution that reads a model's image, if nothing else does: then it alone decides how the image comes. */
export function convolutionOfImage({ graph: { nodes }, inputs }: OnnxModel): NodeProto | undefined {
  const image = inputs.find(({ type }) => type === 'uint8')?.name ?? '';
  const onlyReader = (value: string) => {
    const readers = nodes.filter(({ input }) => input.includes(value));
    return readers.length === 1 ? readers[0] : undefined;
  };
  const floats = onlyReader(image);
  const reader = floats?.opType === 'DequantizeLinear' ? onlyReader(floats.name) : undefined;
  return reader?.opType === 'Conv' ? reader : undefined;
}

/**
 * The same convolution of the image at half its size, or undefined if there is none.
 * @param dims of the weights: `[outputs, inputs per group, kernel height, kernel width]`
 */
export function onHalfImage(node: NodeProto, dims: readonly number[]): HalfImageConvolution | undefined {
  const [outputs = 0, inputs = 0, ...kernel] = dims;
  const attribute = (name: string) => node.attribute.find((one) => one.name === name);
  const pads = attribute('pads')?.ints.map(Number) ?? [];
  const isInStepsOfTwo =
    attribute('group')?.i === 1n &&
    `${attribute('strides')?.ints}` === '2,2' &&
    `${attribute('dilations')?.ints}` === '1,1' &&
    [...kernel, ...pads].every((size) => size % 2 === 0);
  if (!isInStepsOfTwo) return undefined;
  const halves = kernel.map((size) => size / 2);
  return {
    dims: [outputs, 4 * inputs, ...halves],
    attributes: { kernel_shape: halves, pads: pads.map((pad) => pad / 2) },
    arrange: (weight) => toHalfImageWeights(weight, dims),
  };
}

/**
 * @param weight `[outputs, inputs, height, width]`
 * @returns the same numbers as `[outputs, 4 * inputs, height / 2, width / 2]`, a square's rows one after the other, in each
 *   input after input, of each its two pixels
 */
function toHalfImageWeights(weight: Float32Array, dims: readonly number[]): Float32Array {
  const [outputs = 0, inputs = 0, height = 0, width = 0] = dims;
  const [halfHeight, halfWidth] = [height / 2, width / 2];
  const out = new Float32Array(weight.length);
  let from = 0;
  for (let output = 0; output < outputs; output++) {
    for (let input = 0; input < inputs; input++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const channel = ((y % 2) * inputs + input) * 2 + (x % 2);
          const plane = output * 4 * inputs + channel;
          const at = (plane * halfHeight + Math.floor(y / 2)) * halfWidth + Math.floor(x / 2);
          out[at] = weight[from++] as number;
        }
      }
    }
  }
  return out;
}
