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
 * @param weight channel by channel
 * @param bias one for each output channel
 * @param inputScale what a step of the convolution's input is worth
 */
export function toByteWeights(weight: Float32Array, bias: Float32Array, inputScale: number): ByteWeights {
  const length = weight.length / bias.length;
  const scales = bias.map((_, channel) => {
    const own = weight.subarray(channel * length, (channel + 1) * length);
    return own.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / MAX_BYTE || 1;
  });
  const scaleOf = (channel: number) => scales[channel] as number;
  return {
    weight: Int8Array.from(weight, (value, i) => Math.round(value / scaleOf(Math.floor(i / length)))),
    bias: Int32Array.from(bias, (value, channel) => Math.round(value / (inputScale * scaleOf(channel)))),
    scales,
  };
}

/** What a convolution that reads bytes is given. */
export interface ConvolutionParts {
  readonly weight: Initializer;
  readonly bias: Initializer;
  /** Of the weights as they are written, and how those come into that shape. */
  readonly dims: readonly number[];
  readonly arrange: (values: Int8Array) => Int8Array;
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
      const weights = toByteWeights(weight.load() as Float32Array, bias.load() as Float32Array, inputScale);
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
      add(weight, dims, [() => arrange(make().weight), 'int8'], 1),
      add(bias, bias.dims, [() => make().bias, 'int32'], inputScale),
    ];
  };
}
