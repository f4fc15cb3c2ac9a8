import type { ElementType, GraphBuilder, Initializer } from '../onnx/graph-builder.ts';

/** A convolution's weights as signed bytes, each output channel with a scale of its own, which its zero shares with 0. */
export interface ByteWeights {
  readonly weight: Int8Array;
  /** In steps of the input's scale times the channel's. */
  readonly bias: Int32Array;
  /** One for each output channel. */
  readonly scales: Float32Array;
}

const MAX_BYTE = 127;

/**
 * Of two neighbours together. Processors without VNNI add their products with unsigned bytes in 16 bits, where 255 * 128 has
 * room, and what has none is lost; rounding may add 1.
 */
const MAX_PAIR = 127;

/**
 * @param weight as `dims` says: `[outputs, inputs, height, width]`
 * @param bias one for each output channel
 * @param inputScale what a step of the convolution's input is worth
 */
export function toByteWeights(
  weight: Float32Array,
  dims: readonly number[],
  bias: Float32Array,
  inputScale: number,
): ByteWeights {
  const length = weight.length / bias.length;
  const scales = bias.map((_, channel) =>
    scaleOf(weight.subarray(channel * length, (channel + 1) * length), dims),
  );
  const scaleAt = (channel: number) => scales[channel] as number;
  return {
    weight: Int8Array.from(weight, (value, i) => Math.round(value / scaleAt(Math.floor(i / length)))),
    bias: Int32Array.from(bias, (value, channel) => Math.round(value / (inputScale * scaleAt(channel)))),
    scales,
  };
}

/** The smallest step with which each of a channel's weights, and each two that are read together, have room. */
function scaleOf(weight: Float32Array, [, inputs = 1]: readonly number[]): number {
  const area = weight.length / inputs;
  // The order in which they are read: place by place, in each input by input.
  const inOrder = (i: number) => weight[(i % inputs) * area + Math.floor(i / inputs)] as number;
  let scale = 0;
  for (let i = 0; i < weight.length; i += 2) {
    const [one, other] = [inOrder(i), i + 1 < weight.length ? inOrder(i + 1) : 0];
    const most = Math.max(Math.abs(one), Math.abs(other));
    scale = Math.max(scale, most / MAX_BYTE, Math.abs(one + other) / MAX_PAIR);
  }
  return scale || 1;
}

/** What a convolution that reads bytes is given. */
export interface ConvolutionParts {
  readonly weight: Initializer;
  readonly bias: Initializer;
  /** Of the weights as they are written, and how those come into that shape. */
  readonly dims: readonly number[];
  readonly arrange: (values: Float32Array) => Float32Array;
}

type ByteLoad = [load: Initializer['load'], type: ElementType];

/** @returns adds a convolution's weight and bias as bytes, with their way back to floats, and gives the names of both */
export function createByteWeightsAdder(graph: GraphBuilder) {
  /** Those that were made last: a convolution's parts are written one after the other. */
  let made: { readonly of: Initializer; readonly weights: ByteWeights } | undefined;

  return ({ weight, bias, dims, arrange }: ConvolutionParts, inputScale: number): string[] => {
    const make = () => {
      if (made?.of === weight) return made.weights;
      made = undefined;
      const weights = toByteWeights(arrange(weight.load() as Float32Array), dims, bias.load() as Float32Array, inputScale);
      made = { of: weight, weights };
      return weights;
    };
    const add = (part: Initializer, dims: readonly number[], bytes: ByteLoad, factor: number) => {
      const packed = graph.weights(part.name, dims, ...bytes);
      const steps = () => make().scales.map((scale) => scale * factor);
      const scales = graph.weights(`${part.name}.scales`, bias.dims, steps);
      return graph.node('DequantizeLinear', `${part.name}.floats`, [packed, scales], { axis: 0 });
    };
    return [
      add(weight, dims, [() => make().weight, 'int8'], 1),
      add(bias, bias.dims, [() => make().bias, 'int32'], inputScale),
    ];
  };
}
