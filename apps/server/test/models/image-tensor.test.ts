import { expect, test } from 'vitest';
import { createImageTensors } from '../../src/models/onnx/image-tensor.ts';

const bytes = Uint8Array.from({ length: 300 }, (_, i) => i % 256);
const dims = [1, 3, 10, 10];
const units = Float32Array.from(bytes, (byte) => byte / 255);

test('bytes are handed on as they are, shared memory or not', () => {
  const shared = new Uint8Array(new SharedArrayBuffer(300));
  for (const some of [bytes, shared]) {
    const tensor = createImageTensors('uint8')(some, dims);
    expect([tensor.type, tensor.dims]).toEqual(['uint8', dims]);
    expect(tensor.data).toBe(some);
  }
});

test('floats are bytes over 255, to the last digit', () => {
  const tensor = createImageTensors('float32')(bytes, dims);
  expect({ type: tensor.type, dims: tensor.dims, data: tensor.data }).toEqual({
    type: 'float32',
    dims,
    data: units,
  });
});

test('half floats are these, rounded', () => {
  const tensor = createImageTensors('float16')(bytes, dims);
  const words = tensor.data as unknown as Uint16Array<ArrayBuffer>;
  expect(tensor.type).toBe('float16');
  expect(new Float16Array(words.buffer, words.byteOffset, words.length)).toEqual(new Float16Array(units));
});

test('images of other sizes come out whole', () => {
  const toTensor = createImageTensors('float32');
  for (const length of [300, 3, 1200, 300]) {
    const some = Uint8Array.from({ length }, (_, i) => (i * 7) % 256);
    expect(toTensor(some, [1, 3, 1, length / 3]).data).toEqual(Float32Array.from(some, (byte) => byte / 255));
  }
});
