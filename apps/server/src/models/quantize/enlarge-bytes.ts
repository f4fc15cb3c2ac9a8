import type { GraphBuilder } from '../onnx/graph-builder.ts';

/**
 * Enlarges bytes by repeating each pixel, for which the runtime's Resize takes half a millisecond where it has the
 * channels of a pixel side by side, as its int8 kernels want them. Copies of whole pixels and then of whole rows take next
 * to nothing.
 * @param bytes `[1, channels, height, width]`
 * @param factor a whole number
 * @returns `[1, channels, factor * height, factor * width]`
 */
export function addEnlargedBytes(graph: GraphBuilder, name: string, bytes: string, factor: number): string {
  const repeated = (value: string) => Array.from({ length: factor }, () => value);
  const pixels = graph.node('Transpose', `${name}.pixels`, [bytes], { perm: [0, 2, 3, 1] });
  // [height, width, 1, channels], [height, width, factor, channels], [height, 1, factor * width, channels]
  const rows = graph.node('Squeeze', `${name}.rows`, [pixels, graph.ints([0])]);
  const single = graph.node('Unsqueeze', `${name}.single`, [rows, graph.ints([2])]);
  const wide = graph.node('Concat', `${name}.wide`, repeated(single), { axis: 2 });
  const row = graph.node('Reshape', `${name}.row`, [wide, graph.ints([0, 1, -1, 0])]);
  // [height, factor, factor * width, channels], [1, factor * height, factor * width, channels]
  const high = graph.node('Concat', `${name}.high`, repeated(row), { axis: 1 });
  const whole = graph.node('Reshape', `${name}.whole`, [high, graph.ints([1, -1, 0, 0])]);
  return graph.node('Transpose', name, [whole], { perm: [0, 3, 1, 2] });
}
