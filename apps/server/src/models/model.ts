import type { InputOrder } from '../yolo/input-order.ts';
import type { Size } from '../yolo/letterbox.ts';

/** What a network computes with: floats as it was trained, or mostly bytes, which is less exact. */
export type Precision = 'float32' | 'int8';

/** How a network takes an image: bytes from 0 to 255, or numbers from 0 to 1. */
export type ImageType = 'uint8' | 'float32' | 'float16';

/** A second input that our own files have: `[1]`, the objectness up to which the network may leave candidates out. */
export const FLOOR = 'floor';

/** What the image is called in our own files whose order of bytes is `squares`. */
export const SQUARES = 'squares';

/** A detection network that is ready to be given to ONNX Runtime. */
export interface Model {
  /** For people and logs: `yolov5n`, or the file's name without its ending. */
  readonly name: string;
  /** Class names; a class id is an index into this list. */
  readonly classes: readonly string[];
  /** The network's input sides are multiples of this many pixels: 32, or 64 for the P6 family. */
  readonly stride: number;
  /** The only input size of a model whose size is fixed, in pixels; absent when any multiple of the stride will do. */
  readonly fixedSize?: Size;
  readonly precision: Precision;
  /** Whether it may have large products of bytes, and the quick ones are wrong on this processor, see `bytesSaturate`. */
  readonly saturates?: boolean;
  /** The input's: the converter's own networks take bytes. */
  readonly elementType: ImageType;
  /** Of the input's bytes, or of the numbers that are made of them. */
  readonly inputOrder: InputOrder;
  /** Input: one image in that order, RGB, 0 to 255 in bytes and 0 to 1 otherwise. */
  readonly inputName: string;
  /** Whether it also takes the input `FLOOR`. */
  readonly hasFloor: boolean;
  /**
   * Output: `[1, candidates, 5 + classes]`; each row is centre x, centre y, width, height in pixels of the
   * network's input, then objectness and class scores, 0 to 1.
   */
  readonly outputName: string;
  /** SHA-256 of the file the model came from, in hexadecimal. */
  readonly sha256: string;
  /** The ONNX file to load. */
  readonly onnxPath: string;
}
