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
