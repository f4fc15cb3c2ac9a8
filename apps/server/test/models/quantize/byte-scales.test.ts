import { expect, test } from 'vitest';
import type { Range } from '../../../src/models/onnx/graph-builder.ts';
import { GraphBuilder } from '../../../src/models/onnx/graph-builder.ts';
import { byteScales } from '../../../src/models/quantize/byte-scales.ts';

function scalesOf(ranges: Record<string, Range>, build: (graph: GraphBuilder) => void = () => {}) {
  const graph = new GraphBuilder();
  build(graph);
  return byteScales(graph.nodes, new Map(Object.entries(ranges)));
}

test.each<[string, Range, number]>([
  ['both signs', [-1, 4], 51],
  ['positive only: from 0', [2, 5], 0],
  ['negative only: up to 0', [-3, -1], 255],
  ['nothing at all', [0, 0], 0],
])('0 has a byte of its own: %s', (_, range, zero) => {
  const scale = scalesOf({ value: range }).get('value');
  expect(scale?.zero).toBe(zero);
  expect(scale?.scale).toBeGreaterThan(0);
});

test('255 steps reach from the least to the most', () => {
  const { scale, zero } = scalesOf({ value: [-1, 4] }).get('value') ?? { scale: 0, zero: 0 };
  expect((0 - zero) * scale).toBeCloseTo(-1, 5);
  expect((255 - zero) * scale).toBeCloseTo(4, 5);
});

test('what is only passed on has one scale, the widest', () => {
  const scales = scalesOf(
    { a: [0, 1], b: [-1, 4], joined: [-1, 4], pooled: [-1, 4], other: [0, 2] },
    (graph) => {
      graph.node('Concat', 'joined', ['a', 'b'], { axis: 1 });
      graph.node('MaxPool', 'pooled', ['joined']);
      graph.node('Add', 'other', ['a', 'b']);
    },
  );
  for (const name of ['a', 'b', 'joined', 'pooled']) expect(scales.get(name)).toEqual(scales.get('joined'));
  expect(scales.get('other')).not.toEqual(scales.get('joined'));
});
