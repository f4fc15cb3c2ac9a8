import { roundHalfToEven } from './rounding.ts';

/** How an image is scaled into the network's input and centred on grey. All in pixels of the network's input. */
export interface Letterbox {
  /** Size of the network's input. */
  readonly inputWidth: number;
  readonly inputHeight: number;
  /** Size of the scaled image within it. */
  readonly resizedWidth: number;
  readonly resizedHeight: number;
  /** Where the scaled image begins. */
  readonly left: number;
  readonly top: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What decides about the letterbox, whatever the size of the image. */
export type Scaling =
  /** The longer side of the network's input, in pixels, and what both of its sides are multiples of. */
  | { readonly imageSize: number; readonly stride: number }
  /** The only size that the network takes, in pixels. */
  | { readonly fixedSize: Size };

/** The grey around the image, 0 to 255. */
export const PADDING_GREY = 114;

/** How an image of this size becomes the network's input. */
export function letterboxFor(image: Size, scaling: Scaling): Letterbox {
  return 'fixedSize' in scaling
    ? fixedLetterbox(image, scaling.fixedSize)
    : rectangularLetterbox(image, scaling.imageSize, scaling.stride);
}

/**
 * The rectangular letterbox of the reference (YOLOv5 v7.0, `AutoShape.forward` and `letterbox`): the longer side
 * becomes `imageSize`, both sides of the input are then rounded up to a multiple of `stride`.
 *
 * @param image size of the image in pixels, each side at least 1
 * @param imageSize the longer side of the network's input in pixels
 */
export function rectangularLetterbox(image: Size, imageSize: number, stride: number): Letterbox {
  const gain = imageSize / Math.max(image.width, image.height);
  const inputSide = (side: number) => Math.max(1, Math.ceil(Math.trunc(side * gain) / stride)) * stride;
  return fixedLetterbox(image, { width: inputSide(image.width), height: inputSide(image.height) });
}

/** The letterbox for a network whose input has just this size, in pixels. */
export function fixedLetterbox(image: Size, input: Size): Letterbox {
  const gain = Math.min(input.height / image.height, input.width / image.width);
  const resizedWidth = Math.max(1, roundHalfToEven(image.width * gain));
  const resizedHeight = Math.max(1, roundHalfToEven(image.height * gain));
  return {
    inputWidth: input.width,
    inputHeight: input.height,
    resizedWidth,
    resizedHeight,
    // An odd rest leaves one more pixel after than before.
    left: Math.floor((input.width - resizedWidth) / 2),
    top: Math.floor((input.height - resizedHeight) / 2),
  };
}

/**
 * Moves boxes from the network's input back into the image, in place. As the reference's `scale_boxes` does, with the
 * exact padding where drawing had to round it.
 *
 * @param boxesXyxy `[n, 4]`, in pixels of the network's input; on return in pixels of the image
 */
export function boxesToImage(boxesXyxy: Float32Array, letterbox: Letterbox, image: Size): void {
  const { inputWidth, inputHeight } = letterbox;
  const gain = Math.min(inputHeight / image.height, inputWidth / image.width);
  const padX = (inputWidth - image.width * gain) / 2;
  const padY = (inputHeight - image.height * gain) / 2;
  for (let i = 0; i < boxesXyxy.length; i += 2) {
    boxesXyxy[i] = ((boxesXyxy[i] as number) - padX) / gain;
    boxesXyxy[i + 1] = ((boxesXyxy[i + 1] as number) - padY) / gain;
  }
}

/** Cuts off what lies outside the image, in place. @param boxesXyxy `[n, 4]`, in pixels of the image */
export function clipBoxes(boxesXyxy: Float32Array, image: Size): void {
  for (let i = 0; i < boxesXyxy.length; i += 2) {
    boxesXyxy[i] = clamp(boxesXyxy[i] as number, image.width);
    boxesXyxy[i + 1] = clamp(boxesXyxy[i + 1] as number, image.height);
  }
}

function clamp(value: number, max: number): number {
  return Math.min(Math.max(value, 0), max);
}
