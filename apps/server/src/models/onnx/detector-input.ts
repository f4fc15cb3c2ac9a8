import { SQUARE_BYTES } from '../../yolo/input-order.ts';
import { FLOOR, type ImageType, type Model, SQUARES } from '../model.ts';
import { ModelError } from '../model-error.ts';
import { type OnnxFacts, showTensor } from './read-onnx.ts';

/** The input of a YOLOv5 network: one image, `[1, 3, height, width]`, or in our own files also as squares. */
export type DetectorInput = Pick<
  Model,
  'inputName' | 'inputOrder' | 'elementType' | 'hasFloor' | 'fixedSize'
>;

const IMAGE_TYPES: readonly string[] = ['uint8', 'float32', 'float16'] satisfies ImageType[];

function isImageType(elementType: string): elementType is ImageType {
  return IMAGE_TYPES.includes(elementType);
}

/** @throws {ModelError} unless the network has one input, and that is an image as YOLOv5 takes it */
export function readDetectorInput(facts: OnnxFacts): DetectorInput {
  const inputs = facts.inputs.filter(({ name }) => name !== FLOOR);
  const hasFloor = inputs.length < facts.inputs.length;
  const [input] = inputs;
  if (!input || inputs.length > 1) {
    const found = inputs.map(showTensor).join(', ') || 'none';
    throw new ModelError(`it has ${inputs.length} inputs (${found}); one image is needed`);
  }
  const { name: inputName, elementType, dims } = input;
  if (inputName === SQUARES && elementType === 'uint8' && dims?.[3] === SQUARE_BYTES) {
    return { inputName, hasFloor, elementType, inputOrder: 'squares' };
  }
  const [batch = 1, channels = 3, height, width] = dims ?? [];
  const fits = dims?.length === 4 && batch === 1 && channels === 3;
  if (!fits || (height === undefined) !== (width === undefined)) {
    throw new ModelError(
      `its input is ${showTensor(input)}; an image [1, 3, height, width] is needed, both sizes fixed or both open`,
    );
  }
  if (!isImageType(elementType)) {
    throw new ModelError(`its input is ${showTensor(input)}; ${IMAGE_TYPES.join(', ')} are possible`);
  }
  const open = { inputName, hasFloor, elementType, inputOrder: 'planes' } as const;
  return height !== undefined && width !== undefined ? { ...open, fixedSize: { width, height } } : open;
}
