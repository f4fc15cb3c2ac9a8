import { expect, test } from 'vitest';
import { toByteWeights } from '../../../src/models/quantize/byte-weights.ts';

test('each channel uses all of its bytes', () => {
  const weight = Float32Array.of(1, -2, 0.5, 0.001, -0.004, 0.002);
  const { weight: bytes, scales } = toByteWeights(weight, new Float32Array(2), 1);
  expect(Math.min(...bytes.subarray(0, 3))).toBe(-127);
  expect(Math.min(...bytes.subarray(3))).toBe(-127);
  for (const [i, byte] of bytes.entries()) {
    const scale = scales[Math.floor(i / 3)] as number;
    expect(Math.abs(byte * scale - (weight[i] as number))).toBeLessThanOrEqual(scale / 2 + 1e-9);
  }
});

test('a bias counts in steps of input times weight', () => {
  const { bias, scales } = toByteWeights(Float32Array.of(127, 254), Float32Array.of(3, -3), 0.5);
  expect([...scales]).toEqual([1, 2]);
  expect([...bias]).toEqual([6, -3]);
});

test('a channel of zeros stays zero', () => {
  const { weight, scales } = toByteWeights(new Float32Array(4), new Float32Array(1), 1);
  expect([...weight]).toEqual([0, 0, 0, 0]);
  expect(scales[0]).toBeGreaterThan(0);
});
