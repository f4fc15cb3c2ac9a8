import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../../src/models/onnx/graph-builder.ts';
import { onHalfImage } from '../../../src/models/quantize/half-image.ts';
import { runGraph } from '../support/run-graph.ts';

interface Kind {
  readonly kernel: number;
  readonly pad: number;
  readonly stride?: number;
  readonly dilation?: number;
  readonly group?: number;
}

const OUTPUTS = 2;
const [HEIGHT, WIDTH] = [10, 14];

function convolution(
  graph: GraphBuilder,
  name: string,
  input: string,
  { kernel, pad, stride = 2, dilation = 1, group = 1 }: Kind,
) {
  const dims = [OUTPUTS, 3 / group, kernel, kernel];
  const count = dims.reduce((product, length) => product * length, 1);
  const weight = Float32Array.from({ length: count }, (_, i) => ((i * 89) % 255) - 127);
  const weights = graph.weights(`${name}.weight`, dims, () => weight);
  graph.node('Conv', name, [input, weights], {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: [pad, pad, pad, pad],
    dilations: [dilation, dilation],
    group,
  });
  return { node: graph.nodes.at(-1) as (typeof graph.nodes)[number], dims, weight };
}

/** The channels of a half-size pixel in the order in which the kernel writes them. */
function addSquares(graph: GraphBuilder, image: string): string {
  const [height, width] = [HEIGHT / 2, WIDTH / 2];
  const apart = graph.node('Reshape', 'apart', [image, graph.ints([3, height, 2, width, 2])]);
  // The row within the square, the colour, the column within it.
  const ordered = graph.node('Transpose', 'ordered', [apart], { perm: [2, 0, 4, 1, 3] });
  return graph.node('Reshape', 'squares', [ordered, graph.ints([1, 12, height, width])]);
}

const image = () => Uint8Array.from({ length: 3 * HEIGHT * WIDTH }, (_, i) => (i * 37) % 256);

test.each<[string, Kind]>([
  ["as YOLOv5's first", { kernel: 6, pad: 2 }],
  ['without padding', { kernel: 4, pad: 0 }],
  ['of single squares', { kernel: 2, pad: 0 }],
])('a convolution of the image at half its size gives the same: %s', async (_, kind) => {
  const graph = new GraphBuilder();
  const floats = graph.node('Cast', 'floats', ['images'], { to: 1 });
  const { node, dims, weight } = convolution(graph, 'whole', floats, kind);
  const half = onHalfImage(node, dims);
  if (!half) throw new Error('there is none');
  const squares = addSquares(graph, floats);
  const weights = graph.weights('half.weight', half.dims, () => half.arrange(weight));
  graph.node('Conv', 'half', [squares, weights], half.attributes);
  const [whole, halved] = await runGraph(graph, image(), [1, 3, HEIGHT, WIDTH], ['whole', 'half']);
  expect(halved).toEqual(whole);
  expect(new Set(whole?.data).size).toBeGreaterThan(10);
});

describe('none of another kind', () => {
  test.each<[string, Kind]>([
    ['an odd kernel', { kernel: 3, pad: 0 }],
    ['odd padding', { kernel: 4, pad: 1 }],
    ['steps of one', { kernel: 4, pad: 0, stride: 1 }],
    ['steps of four', { kernel: 4, pad: 0, stride: 4 }],
    ['dilated', { kernel: 4, pad: 0, dilation: 2 }],
    ['channel by channel', { kernel: 4, pad: 0, group: 3 }],
  ])('%s', (_, kind) => {
    const { node, dims } = convolution(new GraphBuilder(), 'whole', 'images', kind);
    expect(onHalfImage(node, dims)).toBeUndefined();
  });
});
