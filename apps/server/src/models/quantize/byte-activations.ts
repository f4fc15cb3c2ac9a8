import type { GraphBuilder } from '../onnx/graph-builder.ts';
import type { ByteScale } from './byte-scales.ts';

/** Keeps which of a network's values are there as bytes, and writes the way from floats to them and back. */
export function createByteActivations(graph: GraphBuilder) {
  const names = new Map<string, string>();
  let reads = 0;

  function scaleInputs({ scale, zero }: ByteScale): string[] {
    return [graph.floats([scale], []), graph.byte(zero)];
  }

  return {
    /** The name of a value's bytes; undefined where there are none. */
    bytesOf: (value: string) => names.get(value),
    /** Says that a value has these bytes. */
    set(value: string, bytes: string): void {
      names.set(value, bytes);
    },
    /** Writes the value as bytes. */
    toBytes(value: string, scale: ByteScale): void {
      names.set(value, graph.node('QuantizeLinear', `${value}.bytes`, [value, ...scaleInputs(scale)]));
    },
    /** Floats of the bytes, for one reader: the runtime fuses only what nobody else reads. */
    toFloats(value: string, scale: ByteScale, bytes = names.get(value) ?? ''): string {
      return graph.node('DequantizeLinear', `${value}.read${reads++}`, [bytes, ...scaleInputs(scale)]);
    },
  };
}
