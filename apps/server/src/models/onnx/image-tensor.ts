import { Tensor } from 'onnxruntime-node';
import { type InputOrder, SQUARE_BYTES } from '../../yolo/input-order.ts';
import type { Size } from '../../yolo/letterbox.ts';
import { FLOOR, type ImageType } from '../model.ts';
import type { DetectorInput } from './detector-input.ts';

/**
 * @returns what a network of that input is run on: an image in its order, 0 to 255, and the objectness up to which it may
 *   leave candidates out, 0 to 1, where it takes that; overwritten by the next call
 */
export function createFeeds({ inputName, inputOrder, elementType, hasFloor }: DetectorInput) {
  const toTensor = createImageTensors(elementType);
  return (bytes: Uint8Array, size: Size, floor: number): Record<string, Tensor> => ({
    [inputName]: toTensor(bytes, imageDims(inputOrder, size)),
    ...(hasFloor && { [FLOOR]: new Tensor('float32', Float32Array.of(floor), [1]) }),
  });
}

/** Makes a tensor of that shape of bytes from 0 to 255. */
export type ToImageTensor = (bytes: Uint8Array, dims: readonly number[]) => Tensor;

/** @returns for networks of that input; what a call gives out is overwritten by the next, or the bytes themselves */
export function createImageTensors(elementType: ImageType): ToImageTensor {
  if (elementType === 'uint8') return (bytes, dims) => new Tensor('uint8', bytes, dims);
  if (elementType === 'float32') {
    const toFloats = createLookup(UNITS, (length) => new Float32Array(length));
    return (bytes, dims) => new Tensor('float32', toFloats(bytes), dims);
  }
  const toWords = createLookup(
    new Uint16Array(new Float16Array(UNITS).buffer),
    (length) => new Uint16Array(length),
  );
  return (bytes, dims) => {
    // onnxruntime-node 1.30 gives out a Float16Array but its native side does not know that kind of array: what it
    // is handed for a run has to be the same memory as 16-bit words.
    const words = toWords(bytes);
    const tensor = new Tensor('float16', words, dims);
    Object.defineProperty(tensor, 'data', { value: words });
    return tensor;
  };
}

/** What a byte stands for. */
const UNITS = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

/** Puts each byte's number in its place; the memory is used again while the sizes stay the same. */
function createLookup<Numbers extends Float32Array | Uint16Array>(
  table: Numbers,
  allocate: (length: number) => Numbers,
) {
  let numbers = allocate(0);
  return (bytes: Uint8Array): Numbers => {
    if (numbers.length !== bytes.length) numbers = allocate(bytes.length);
    for (let i = 0; i < bytes.length; i++) numbers[i] = table[bytes[i] as number] as number;
    return numbers;
  };
}

/** The shape of one image. */
function imageDims(order: InputOrder, { width, height }: Size): number[] {
  return order === 'planes' ? [1, 3, height, width] : [1, height / 2, width / 2, SQUARE_BYTES];
}
