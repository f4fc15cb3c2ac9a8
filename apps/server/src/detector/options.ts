import type { Model } from '../models/model.ts';
import type { Scaling } from '../yolo/letterbox.ts';
import type { DetectionOptions } from './detector.ts';
import { DetectorError, invalid } from './detector-error.ts';
import type { SearchCriteria } from './inference-protocol.ts';

/** What the reference uses where a caller says nothing. */
const DEFAULTS = { confidence: 0.25, iou: 0.45, maxDetections: 1000, imageSize: 640 };

export interface OptionLimits {
  /** Most boxes that may be asked for, per image. */
  readonly maxDetections: number;
  /** Longest side of the network's input that may be asked for, in pixels. */
  readonly maxImageSize: number;
}

/** Options that are complete and within their limits. */
export interface SearchPlan {
  readonly criteria: SearchCriteria;
  readonly scaling: Scaling;
}

/** @throws {DetectorError} naming the option, its value and what is allowed */
export function planSearch(options: DetectionOptions, model: Model, limits: OptionLimits): SearchPlan {
  const maxDetections = options.maxDetections ?? Math.min(DEFAULTS.maxDetections, limits.maxDetections);
  atMost('options.max_detections', maxDetections, 'MAX_DETECTIONS', limits.maxDetections);
  const classIds = classIdsOf(options.classes ?? [], model);
  return {
    criteria: {
      confidence: fraction('options.confidence', options.confidence ?? DEFAULTS.confidence),
      iou: fraction('options.iou', options.iou ?? DEFAULTS.iou),
      maxDetections: wholeNumber('options.max_detections', maxDetections, 1, limits.maxDetections),
      ...(classIds && { classIds }),
      ...(options.unclipped && { unclipped: true }),
    },
    scaling: scalingFor(options.imageSize, model, limits),
  };
}

function scalingFor(imageSize: number | undefined, model: Model, limits: OptionLimits): Scaling {
  const { fixedSize, stride } = model;
  if (!fixedSize) {
    const size = imageSize ?? Math.min(DEFAULTS.imageSize, limits.maxImageSize);
    atMost('options.image_size', size, 'MAX_IMAGE_SIZE', limits.maxImageSize);
    wholeNumber('options.image_size', size, stride, limits.maxImageSize);
    return { imageSize: size, stride };
  }
  const only = Math.max(fixedSize.width, fixedSize.height);
  if (imageSize !== undefined && imageSize !== only) {
    throw invalid(
      `options.image_size is ${imageSize}, the model ${model.name} accepts only its own size, ${only}`,
    );
  }
  return { fixedSize };
}

function fraction(name: string, value: number): number {
  if (value >= 0 && value <= 1) return value;
  throw invalid(`${name} is ${value}, allowed is 0 to 1`);
}

function atMost(name: string, value: number, setting: string, limit: number): void {
  if (!(value > limit)) return;
  throw new DetectorError('too-large', `${name} is ${value}, ${setting} allows ${limit}`);
}

function wholeNumber(name: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw invalid(`${name} is ${value}, allowed is a whole number from ${min} to ${max}`);
}

function classIdsOf(names: readonly string[], model: Model): ReadonlySet<number> | undefined {
  if (names.length === 0) return undefined;
  const most = model.classes.length;
  if (names.length > most) {
    const message = `options.classes has ${names.length} names, the model ${model.name} knows ${most}`;
    throw invalid(message);
  }
  const unknown = names.find((name) => !model.classes.includes(name));
  if (unknown !== undefined) {
    throw invalid(
      `options.classes has ${quote(unknown)}, which the model ${model.name} does not know; GetModel lists its classes`,
    );
  }
  const wanted = new Set(names);
  // Classes may share a name.
  return new Set(model.classes.flatMap((name, id) => (wanted.has(name) ? [id] : [])));
}

/** A caller's text in a message, kept short. */
function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}
