import {
  ALL_FORMATS,
  BlobSource,
  Conversion,
  getFirstEncodableVideoCodec,
  Input,
  type InputVideoTrack,
  Mp4OutputFormat,
  Output,
  type OutputFormat,
  QUALITY_HIGH,
  StreamTarget,
  type VideoCodec,
  type VideoSample,
  WebMOutputFormat,
} from 'mediabunny';
import type { Size } from '../detections/detection.ts';
import { drawBoxes } from '../detections/draw-boxes.ts';
import { planBoxes } from '../detections/plan-boxes.ts';
import { scaleDetections } from '../detections/scale-detections.ts';
import type { AnalysedFrame } from '../uploads/analysis-event.ts';
import { frameAtTime } from './frame-at-time.ts';
import { canWriteScratchFiles, createScratchFile } from './scratch-file.ts';

/** The browser cannot make the video; the message says why, for people. */
export class AnnotationError extends Error {
  override readonly name = 'AnnotationError';
}

export interface AnnotationTask {
  readonly file: File;
  /** As they are filtered. */
  readonly frames: readonly AnalysedFrame[];
  readonly gapMs: number;
  readonly signal: AbortSignal;
  /** 0 to 1. */
  readonly onProgress: (share: number) => void;
}

/** What every player plays, then what browsers can make at least. */
const CODECS: readonly VideoCodec[] = ['avc', 'vp9', 'av1', 'vp8'];

/**
 * Makes a copy of a video with the boxes drawn into its pictures, by the browser's own codecs; sound and times stay.
 *
 * @returns an MP4 file, or WebM where the browser makes nothing else
 * @throws {AnnotationError} when this browser cannot, the signal's reason when it is aborted
 */
export async function annotateVideo(task: AnnotationTask): Promise<File> {
  const { file, signal } = task;
  if (!('VideoEncoder' in globalThis && canWriteScratchFiles())) {
    const where = isSecureContext ? 'This browser' : 'A page without TLS';
    throw new AnnotationError(`${where} cannot make videos. ${ELSEWHERE}`);
  }
  const input = new Input({ formats: ALL_FORMATS, source: new BlobSource(file) });
  try {
    const track = await readableTrack(input);
    const size = { width: await track.getDisplayWidth(), height: await track.getDisplayHeight() };
    const codec = await getFirstEncodableVideoCodec([...CODECS], { ...size, quality: QUALITY_HIGH });
    if (!codec) throw new AnnotationError(`This browser cannot make videos of this size. ${ELSEWHERE}`);
    return await convert(task, input, codec, size);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AnnotationError) throw error;
    throw new AnnotationError(`It could not be read or made to its end: ${String(error)}`);
  } finally {
    input.dispose();
  }
}

/** Where a video is made when the browser cannot. */
const ELSEWHERE = 'On the command line, pnpm detect --out makes it.';

async function readableTrack(input: Input): Promise<InputVideoTrack> {
  const track = (await input.canRead()) ? await input.getPrimaryVideoTrack() : null;
  if (!track) throw new AnnotationError(`This browser cannot read the file. ${ELSEWHERE}`);
  if (await track.canDecode()) return track;
  const codec = (await track.getCodec()) ?? 'its codec';
  throw new AnnotationError(`This browser cannot decode ${codec}. ${ELSEWHERE}`);
}

async function convert(task: AnnotationTask, input: Input, codec: VideoCodec, size: Size): Promise<File> {
  const isMp4 = codec !== 'vp8';
  const format: OutputFormat = isMp4 ? new Mp4OutputFormat({ fastStart: false }) : new WebMOutputFormat();
  const scratch = await createScratchFile(format.fileExtension);
  const target = new StreamTarget(scratch.writable, { chunked: true });
  try {
    await write(task, input, new Output({ format, target }), codec, size);
    return await scratch.read(format.mimeType);
  } catch (error) {
    await scratch.discard();
    throw error;
  }
}

async function write(
  task: AnnotationTask,
  input: Input,
  output: Output,
  codec: VideoCodec,
  size: Size,
): Promise<void> {
  const { signal, onProgress } = task;
  const process = createPainter(task, size);
  const video = { codec, quality: QUALITY_HIGH, allowTransformationMetadata: false, process };
  // From 0 even where the first frame comes later: boxes are found by the file's own times.
  const trim = { start: 0 };
  const how = { tracks: 'primary', showWarnings: false, trim, video } as const;
  const conversion = await Conversion.init({ input, output, ...how });
  if (!conversion.isValid) throw new AnnotationError(`This browser cannot make this video. ${ELSEWHERE}`);
  conversion.onProgress = onProgress;
  signal.throwIfAborted();
  const cancelled = Promise.withResolvers<never>();
  // One that is cancelled early never comes to its end.
  const cancel = () => conversion.cancel().finally(() => cancelled.reject(signal.reason));
  signal.addEventListener('abort', cancel);
  try {
    await Promise.race([conversion.execute(), cancelled.promise]);
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

/** Boxes of an earlier picture are paler, as they are over the playing video. */
const HELD_ALPHA = 0.55;

/** A video of so many pixels gets lines and labels of the size they have on the page; larger ones grow with it. */
const USUAL_LONGER_SIDE_PX = 1_280;

function createPainter({ frames, gapMs }: AnnotationTask, size: Size) {
  const { width, height } = size;
  const unit = Math.max(1, Math.max(width, height) / USUAL_LONGER_SIDE_PX);
  const area = [0, 0, width / unit, height / unit] as const;
  const [picture, boxes] = [new OffscreenCanvas(width, height), new OffscreenCanvas(width, height)];
  const [onto, over] = [picture.getContext('2d'), boxes.getContext('2d')];
  if (!onto || !over) throw new AnnotationError(`This browser draws no pictures of this size. ${ELSEWHERE}`);
  over.scale(unit, unit);
  let drawn: AnalysedFrame | undefined;

  return (sample: VideoSample) => {
    onto.globalAlpha = 1;
    sample.draw(onto, 0, 0, width, height);
    const known = frameAtTime(frames, sample.timestamp * 1_000, gapMs);
    if (!known) return picture;
    if (known.frame !== drawn) {
      drawn = known.frame;
      over.clearRect(...area);
      const detections = scaleDetections(drawn.detections, drawn, size);
      drawBoxes(over, planBoxes(detections, size, 1 / unit), { scale: 1 / unit, area }, area);
    }
    onto.globalAlpha = known.exact ? 1 : HELD_ALPHA;
    onto.drawImage(boxes, 0, 0);
    return picture;
  };
}
