import type { Size } from '../../yolo/letterbox.ts';
import { ModelError } from '../model-error.ts';
import { type DetectorInput, readDetectorInput } from './detector-input.ts';
import { type DetectorOutput, readDetectorOutput } from './detector-output.ts';
import { type ProbedOutput, probeOnnx } from './probe-onnx.ts';
import { readOnnx } from './read-onnx.ts';

/** What is to be known of a YOLOv5 detection network to use it. */
export interface OnnxDetector {
  readonly input: DetectorInput;
  readonly output: DetectorOutput;
}

/** Small, no square, and a multiple of every stride there is, so that the number of candidates tells the head. */
const PROBE_SIZE: Size = { width: 256, height: 128 };

/** A score is a sigmoid; float16 rounds it. */
const SCORE_TOLERANCE = 1e-3;

/** In pixels: the centres of boxes lie all over the image, and no image is so small. */
const LARGEST_FRACTION = 2;

/**
 * Reads what our own converter wrote. Its word is taken for everything.
 * @throws {ModelError} if the file is damaged
 */
export function readOwnOnnx(bytes: Uint8Array): OnnxDetector {
  const facts = readOnnx(bytes);
  const input = readDetectorInput(facts);
  return { input, output: readDetectorOutput(facts, input) };
}

/**
 * Finds out whether an ONNX file from elsewhere is a YOLOv5 detection network: from what it says of itself, and
 * by running it once, since exporters leave sizes open that are not.
 * @param onnxPath where `bytes` come from
 * @throws {ModelError} saying what was found instead, without the file's name
 */
export async function inspectOnnx(onnxPath: string, bytes: Uint8Array): Promise<OnnxDetector> {
  const facts = readOnnx(bytes);
  const input = readDetectorInput(facts);
  readDetectorOutput(facts, input, input.fixedSize); // what is clear already need not be run

  const size = input.fixedSize ?? PROBE_SIZE;
  const probed = await probeOnnx(onnxPath, input, size);
  const outputs = probed.map(({ name, elementType, dims }) => ({ name, elementType, dims }));
  const output = readDetectorOutput({ ...facts, outputs }, input, size);
  const boxes = probed.find(({ name }) => name === output.outputName) as ProbedOutput;
  requireScores(boxes);
  requirePixels(boxes);
  return { input, output };
}

/** Networks that leave the sigmoid to their user have outputs of the same shape. */
function requireScores({ name, dims, data }: ProbedOutput): void {
  const columns = dims[2] as number;
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    const isScore = i % columns >= 4;
    if (Number.isNaN(value) || (isScore && (value < -SCORE_TOLERANCE || value > 1 + SCORE_TOLERANCE))) {
      throw new ModelError(
        `its output ${name} has a ${isScore ? 'score' : 'box'} of ${value}; YOLOv5's scores are 0 to 1 and its boxes numbers`,
      );
    }
  }
}

/** Networks for TensorFlow have outputs of the same shape, with boxes from 0 to 1. */
function requirePixels({ name, dims, data }: ProbedOutput): void {
  const columns = dims[2] as number;
  for (let i = 0; i < data.length; i += columns) {
    if (Math.max(data[i] as number, data[i + 1] as number) > LARGEST_FRACTION) return;
  }
  throw new ModelError(`its output ${name} has boxes that are fractions of the image; pixels are needed`);
}
