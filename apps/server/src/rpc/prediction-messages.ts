import type { Image, PredictionCollectionSchema } from '@boxwire/proto/mlpredictions/mlpredictions';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { ConnectError } from '@connectrpc/connect';
import type { DetectionOptions, DetectionResult } from '../detector/detector.ts';

/** A `PredictionCollection` on its way out. */
export type CollectionInit = MessageInitShape<typeof PredictionCollectionSchema>;

/** The options of a message; none where it has none. */
export function messageToOptions(options: Image['options']): DetectionOptions {
  if (!options) return {};
  const { confidence, iou, maxDetections, classes, imageSize, unclipped } = options;
  return { confidence, iou, maxDetections, classes, imageSize, unclipped };
}

/** @param frame the number that the image came with @param model the name of the one that answered */
export function resultToCollection(result: DetectionResult, frame: number, model: string): CollectionInit {
  const { detections, width, height, timings } = result;
  return { object: [...detections], frame, width, height, model, timings };
}

/** What stands in a stream where an image has no answer. */
export function errorToCollection({ code, rawMessage }: ConnectError, frame: number): CollectionInit {
  return { frame, error: { code, message: rawMessage } };
}
