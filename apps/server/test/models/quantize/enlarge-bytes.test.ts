import { expect, test } from 'vitest';
import { GraphBuilder } from '../../../src/models/onnx/graph-builder.ts';
import { addEnlargedBytes } from '../../../src/models/quantize/enlarge-bytes.ts';
import { runGraph } from '../support/run-graph.ts';

const [CHANNELS, HEIGHT, WIDTH] = [5, 3, 4];

test.each([1, 2, 3])('every pixel becomes a square of the same, times %i', async (factor) => {
  const bytes = Uint8Array.from({ length: CHANNELS * HEIGHT * WIDTH }, (_, i) => (i * 71) % 256);
  const graph = new GraphBuilder();
  addEnlargedBytes(graph, 'large', 'images', factor);
  const [large] = await runGraph(graph, bytes, [1, CHANNELS, HEIGHT, WIDTH], ['large'], 'uint8');
  expect(large?.dims).toEqual([1, CHANNELS, factor * HEIGHT, factor * WIDTH]);
  const expected = [];
  for (let channel = 0; channel < CHANNELS; channel++) {
    for (let y = 0; y < factor * HEIGHT; y++) {
      for (let x = 0; x < factor * WIDTH; x++) {
        const row = channel * HEIGHT + Math.floor(y / factor);
        expected.push(bytes[row * WIDTH + Math.floor(x / factor)]);
      }
    }
  }
  expect(large?.data).toEqual(expected);
});
