import type { Size } from '../../yolo/letterbox.ts';
import { readClassNames } from '../class-names.ts';
import type { Model } from '../model.ts';
import { ModelError } from '../model-error.ts';
import { COCO_CLASSES } from './coco-classes.ts';
import type { DetectorInput } from './detector-input.ts';
import { parsePythonLiteral } from './python-literal.ts';
import { type OnnxFacts, showTensor, type TensorInfo } from './read-onnx.ts';

/** The output of a YOLOv5 network: `[1, candidates, 5 + classes]`. */
export type DetectorOutput = Pick<Model, 'outputName' | 'classes' | 'stride'>;

/** The strides of the levels that a YOLOv5 head may have; the usual ones first. */
const HEADS = [
  [8, 16, 32],
  [8, 16, 32, 64],
  [4, 8, 16, 32],
  [8, 16],
  [16, 32],
  [8, 16, 32, 64, 128],
];
/** Anchors a cell. One would be an anchor-free network, whose boxes are coded differently. */
const MIN_ANCHORS = 2;
const MAX_ANCHORS = 9;
const DEFAULT_STRIDE = 32;

/**
 * Finds the boxes among a network's outputs; files of older exporters have the raw heads as well.
 * @param size of the image that gives outputs of these shapes, where it is known
 * @throws {ModelError} naming what was found, unless an output is `[1, candidates, 5 + classes]`
 */
export function readDetectorOutput(facts: OnnxFacts, input: DetectorInput, size?: Size): DetectorOutput {
  const names = readNames(facts);
  const output = facts.outputs.find((candidate) => mayHoldBoxes(candidate, names?.length, size));
  if (!output) throw refusal(facts.outputs, names?.length, size);
  if (input.elementType === 'uint8' ? !isFloat(output) : output.elementType !== input.elementType) {
    throw new ModelError(`its output is ${showTensor(output)} while its input is ${input.elementType}`);
  }
  const [, candidates, columns = 5 + (names?.length ?? 1)] = output.dims ?? [];
  const noted = Number(facts.metadata.get('stride'));
  const heads = size && candidates !== undefined ? headsOf(candidates, size) : [];
  const strides = heads.map((head) => Math.max(...head));
  return {
    outputName: output.name,
    classes: names ?? defaultNames(columns - 5),
    stride: strides.includes(noted) ? noted : (strides[0] ?? (isStride(noted) ? noted : DEFAULT_STRIDE)),
  };
}

function isFloat({ elementType }: TensorInfo): boolean {
  return elementType === 'float32' || elementType === 'float16';
}

/** What is not known (undefined) may be anything. */
function mayHoldBoxes({ dims }: TensorInfo, nameCount: number | undefined, size: Size | undefined): boolean {
  const [batch = 1, candidates, columns] = dims ?? [];
  if (dims && (dims.length !== 3 || batch !== 1)) return false;
  if (columns !== undefined && (columns < 6 || columns !== 5 + (nameCount ?? columns - 5))) return false;
  return candidates === undefined || size === undefined || headsOf(candidates, size).length > 0;
}

/** The heads that give so many candidates for an image of this size. */
function headsOf(candidates: number, size: Size): number[][] {
  return HEADS.filter((strides) => {
    const anchors = candidates / cellsOf(strides, size);
    return Number.isInteger(anchors) && anchors >= MIN_ANCHORS && anchors <= MAX_ANCHORS;
  });
}

function cellsOf(strides: readonly number[], { width, height }: Size): number {
  return strides.reduce((sum, stride) => sum + Math.ceil(width / stride) * Math.ceil(height / stride), 0);
}

function readNames({ metadata }: OnnxFacts): string[] | undefined {
  const text = metadata.get('names');
  if (text === undefined) return undefined;
  try {
    const names = parsePythonLiteral(text);
    // JSON has strings for keys: {"0": "person"}.
    const byId = names instanceof Map && new Map([...names].map(([id, name]) => [Number(id), name]));
    return readClassNames(byId || names);
  } catch (cause) {
    if (!(cause instanceof ModelError)) throw cause;
    throw new ModelError(`its class names (\`names\` in the metadata) cannot be read: ${cause.message}`, {
      cause,
    });
  }
}

function defaultNames(count: number): readonly string[] {
  if (count === COCO_CLASSES.length) return COCO_CLASSES;
  return Array.from({ length: count }, (_, id) => `class${id}`);
}

function isStride(value: number): boolean {
  return Number.isInteger(value) && value > 0 && value <= 1024;
}

function refusal(
  outputs: readonly TensorInfo[],
  nameCount: number | undefined,
  size: Size | undefined,
): ModelError {
  const found = outputs.map(showTensor).join(', ');
  const guess = guessKind(outputs, nameCount, size);
  const columns =
    nameCount === undefined ? '5 + classes' : `${5 + nameCount} (5 + its ${nameCount} class names)`;
  return new ModelError(
    `it is not a YOLOv5 detection model${guess ? ` but ${guess}` : ''}: its outputs are ${found}; one of [1, candidates, ${columns}] is needed`,
  );
}

/** What the shapes of other networks' outputs look like. */
function guessKind(
  outputs: readonly TensorInfo[],
  nameCount: number | undefined,
  size: Size | undefined,
): string | undefined {
  const all = outputs.map(({ dims }) => dims ?? []);
  if (all.some((dims) => dims.length === 3) && all.some((dims) => dims.length === 4)) {
    return 'looks like a segmentation model';
  }
  if (all.length === 1 && all[0]?.length === 2) return 'looks like a classification model';
  const [, rows, columns] = all.find((dims) => dims.length === 3) ?? [];
  const cells = new Set(size && HEADS.map((strides) => cellsOf(strides, size)));
  const countsCells = (length: number | undefined) => length !== undefined && cells.has(length);
  if (rows === 4 + (nameCount ?? Number.NaN) || (countsCells(columns) && !countsCells(rows))) {
    return 'looks like YOLOv8 or later';
  }
  if (countsCells(rows)) return 'looks like an anchor-free one (YOLOX, YOLOv6)';
  if (columns === 6 || columns === 7) return 'looks like one that ends in non-maximum suppression';
  return undefined;
}
