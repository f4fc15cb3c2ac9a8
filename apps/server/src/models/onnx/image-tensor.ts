import { Tensor } from 'onnxruntime-node';

/**
 * The input of a network. The numbers are not copied.
 * @param dims `[1, 3, height, width]`
 */
export function imageTensor(data: Float32Array | Float16Array, dims: readonly number[]): Tensor {
  if (data instanceof Float32Array) return new Tensor('float32', data, dims);
  // onnxruntime-node 1.30 gives out a Float16Array but its native side does not know that kind of array: what it
  // is handed for a run has to be the same memory as 16-bit words.
  const words = new Uint16Array(data.buffer, data.byteOffset, data.length);
  const tensor = new Tensor('float16', words, dims);
  Object.defineProperty(tensor, 'data', { value: words });
  return tensor;
}

/** The input `FLOOR`. */
export function floorTensor(objectness: number): Tensor {
  return new Tensor('float32', Float32Array.of(objectness), [1]);
}
