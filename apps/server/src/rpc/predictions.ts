import type { Image, MlPredictions } from '@boxwire/proto/mlpredictions/mlpredictions';
import type { HandlerContext, ServiceImpl } from '@connectrpc/connect';
import type { Settings } from '../config.ts';
import { orAbort } from '../flow/or-abort.ts';
import type { Log } from '../log.ts';
import { answerStream } from './answer-stream.ts';
import { callOf, turnTakerOf } from './call.ts';
import { toConnectError } from './errors.ts';
import {
  type CollectionInit,
  errorToCollection,
  messageToOptions,
  resultToCollection,
} from './prediction-messages.ts';
import type { ServingState } from './serving-state.ts';

/** Frames of one stream that are read beyond those the detector works on: one on its way in, one on its way out. */
const READ_AHEAD = 2;
/** Frames of one stream that fail in a row and are told of: they cost next to nothing to send. */
const MAX_FAILURES_TOLD = 10;

/** Finds objects in images: one, or a stream of them. */
export function createPredictions(
  state: ServingState,
  { streamIdleTimeoutMs, requestTimeoutMs }: Pick<Settings, 'streamIdleTimeoutMs' | 'requestTimeoutMs'>,
): ServiceImpl<typeof MlPredictions> {
  async function predictSingleImage(
    image: Image,
    { signal, values }: HandlerContext,
  ): Promise<CollectionInit> {
    const detector = state.detector();
    const turn = { signal, caller: turnTakerOf(values) };
    const detection = detector.detect(image, messageToOptions(image.options), turn);
    return resultToCollection(await orAbort(detection, signal), image.frame, detector.model.name);
  }

  async function* predictMultipleImages(images: AsyncIterable<Image>, context: HandlerContext) {
    const detector = state.detector();
    const { log } = callOf(context.values);
    const caller = turnTakerOf(context.values);
    const frames = createFrameLog(log);

    /** Whatever goes wrong with one image is answered in its place: the stream and its other images go on. */
    async function answer(image: Image, signal: AbortSignal): Promise<CollectionInit> {
      const { frame } = image;
      frames.received(image);
      try {
        // A full queue slows a stream down, where a unary call is refused: the look-ahead is bound enough.
        const turn = { signal, caller, admission: 'patient' } as const;
        const result = await detector.detect(image, messageToOptions(image.options), turn);
        return resultToCollection(result, frame, detector.model.name);
      } catch (thrown) {
        signal.throwIfAborted();
        return errorToCollection(toConnectError(thrown, log.child({ frame })), frame);
      }
    }

    const answers = answerStream(images, context, {
      answer,
      lookAhead: detector.concurrency + READ_AHEAD,
      backlog: { announce: () => detector.backlog.announce(caller) },
      idleTimeoutMs: streamIdleTimeoutMs,
      messageTimeoutMs: requestTimeoutMs,
      draining: state.draining,
    });
    for await (const collection of answers) {
      frames.answered(collection);
      yield collection;
    }
  }

  return { predictSingleImage, predictMultipleImages };
}

/** Says of each frame of a stream when it came and when its answer goes. */
function createFrameLog(log: Log) {
  let failures = 0;

  function tell(about: object, what: string): void {
    log[failures < MAX_FAILURES_TOLD ? 'info' : 'debug'](about, what);
  }

  return {
    received({ frame, data }: Image): void {
      tell({ frame, bytes: data.length }, 'frame received');
    },
    answered({ frame, object, error }: CollectionInit): void {
      if (!error) failures = 0;
      tell({ frame, objects: object?.length ?? 0, ...(error && { error }) }, 'frame answered');
      if (error && ++failures === MAX_FAILURES_TOLD)
        log.warn(`${failures} frames failed in a row: more are told of at debug, until one succeeds`);
    },
  };
}
