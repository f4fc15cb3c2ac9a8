import { expect, test } from 'vitest';
import { createRandom } from '../../../hostile/random.ts';
import { toByteWeights } from '../../../src/models/quantize/byte-weights.ts';

test('each channel uses all of its bytes', () => {
  const weight = Float32Array.of(1, -2, 0.5, 0.001, -0.004, 0.002);
  const { weight: bytes, scales } = toByteWeights(weight, [2, 3, 1, 1], new Float32Array(2), 1);
  expect(Math.min(...bytes.subarray(0, 3))).toBe(-127);
  expect(Math.min(...bytes.subarray(3))).toBe(-127);
  for (const [i, byte] of bytes.entries()) {
    const scale = scales[Math.floor(i / 3)] as number;
    expect(Math.abs(byte * scale - (weight[i] as number))).toBeLessThanOrEqual(scale / 2 + 1e-9);
  }
});

test('a bias counts in steps of input times weight', () => {
  const { bias, scales } = toByteWeights(
    Float32Array.of(127, 254),
    [2, 1, 1, 1],
    Float32Array.of(3, -3),
    0.5,
  );
  expect([...scales]).toEqual([1, 2]);
  expect([...bias]).toEqual([6, -3]);
});

test('a channel of zeros stays zero', () => {
  const { weight, scales } = toByteWeights(new Float32Array(4), [1, 4, 1, 1], new Float32Array(1), 1);
  expect([...weight]).toEqual([0, 0, 0, 0]);
  expect(scales[0]).toBeGreaterThan(0);
});

test('products of neighbours fit into 16 bits together, whatever they are multiplied with', () => {
  const dims = [8, 6, 3, 3] as const;
  const random = createRandom(7);
  const weight = Float32Array.from({ length: 8 * 6 * 9 }, () => random() - 0.5);
  const { weight: bytes } = toByteWeights(weight, dims, new Float32Array(8), 1);
  for (let channel = 0; channel < 8; channel++) {
    for (let place = 0; place < 9; place++) {
      for (let input = 0; input < 6; input += 2) {
        const at = (of: number) => bytes[(channel * 6 + of) * 9 + place] as number;
        const sum = 255 * (at(input) + at(input + 1));
        expect(Math.abs(sum)).toBeLessThan(2 ** 15);
      }
    }
  }
  expect(Math.max(...bytes)).toBeGreaterThan(100);
});

test('of an odd number of inputs, neighbours are of two places as well', () => {
  // The first input's second place is read after the third input's first.
  const weight = Float32Array.of(0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  const [alone] = toByteWeights(weight, [1, 3, 2, 2], new Float32Array(1), 1).scales;
  weight[8] = 1;
  const [together] = toByteWeights(weight, [1, 3, 2, 2], new Float32Array(1), 1).scales;
  expect(together).toBeCloseTo(2 * (alone ?? 0), 6);
});
