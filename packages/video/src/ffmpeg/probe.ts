import { DecoderProcess, inputOf } from '../decoder-process.ts';
import { parseDisplayMatrix } from '../display-matrix.ts';
import { ALLOWED_TEXT, CODECS, CONTAINERS } from '../formats.ts';
import { checkPixels, withoutStart } from '../verdicts.ts';
import type { DecodeRequest, VideoInfo } from '../video.ts';
import { VideoError } from '../video-error.ts';

export interface ProbedVideo {
  readonly info: VideoInfo;
  readonly streamIndex: number;
  /** FFmpeg filters that make its frames upright, and such that they can be converted. */
  readonly filters: readonly string[];
}

interface ProbedStream {
  readonly index: number;
  readonly codec_type?: string;
  readonly codec_name?: string;
  readonly width?: number;
  readonly height?: number;
  readonly color_space?: string;
  readonly nb_frames?: string;
  readonly duration?: string;
  readonly disposition?: { readonly attached_pic?: number };
  readonly side_data_list?: readonly { readonly displaymatrix?: string }[];
}

interface Probed {
  readonly streams?: readonly ProbedStream[];
  readonly packets?: readonly { readonly side_data_list?: readonly { readonly side_data_type?: string }[] }[];
  readonly format?: { readonly duration?: string; readonly start_time?: string };
}

/** By the names that `ffprobe` has for them. */
const CONVERTIBLE_MATRICES = 'unknown reserved gbr bt709 fcc bt470bg smpte170m smpte240m bt2020nc'.split(' ');

/** More than any answer has; a file cannot make the caller's memory grow by what it says about itself. */
const MAX_ANSWER_BYTES = 4 * 2 ** 20;

/**
 * What `ffprobe` says about the file's first real video track.
 * @throws {VideoError}
 */
export async function probe(request: DecodeRequest): Promise<ProbedVideo> {
  const { streams = [], packets = [], format } = await runProbe(request);
  const stream = streams.find((one) => one.codec_type === 'video' && !one.disposition?.attached_pic);
  if (!stream) throw new VideoError('no-video-track', 'it has no video track');
  const isEncrypted = packets.some((packet) =>
    packet.side_data_list?.some(({ side_data_type: type }) => type === 'Encryption info'),
  );
  if (isEncrypted) throw new VideoError('encrypted-looking', 'it is encrypted');
  const { codec_name: codec = 'unknown' } = stream;
  if (!CODECS.includes(codec)) {
    throw new VideoError('unsupported', `its codec is ${codec}; supported is ${ALLOWED_TEXT}`);
  }
  const { width = 0, height = 0 } = stream;
  if (width * height === 0) throw new VideoError('unreadable', 'no frame in it could be decoded');
  checkPixels(width, height, request.limits.maxPixels);
  const matrix = stream.side_data_list?.find((one) => one.displaymatrix !== undefined)?.displaymatrix;
  const orientation = parseDisplayMatrix(matrix);
  const info = toInfo(stream, { codec, format, rotation: orientation.rotation });
  const filters = [...matrixFilters(stream.color_space), ...orientation.filters];
  return { info, streamIndex: stream.index, filters };
}

/** As the other decoder does it: FFmpeg 8 refuses to convert what earlier ones took for something else. */
function matrixFilters(matrix = 'unknown'): string[] {
  if (matrix === 'bt2020c') return ['setparams=colorspace=bt2020nc'];
  return CONVERTIBLE_MATRICES.includes(matrix) ? [] : ['setparams=colorspace=unknown'];
}

async function runProbe(request: DecodeRequest): Promise<Probed> {
  const { path, growth, limits, signal } = request;
  const child = new DecoderProcess(
    'ffprobe',
    [
      ...[
        '-v',
        'warning',
        '-protocol_whitelist',
        growth ? 'pipe' : 'file',
        '-format_whitelist',
        CONTAINERS.join(','),
      ],
      ...['-show_streams', '-show_format', '-show_packets', '-read_intervals', '%+#4'],
      ...['-of', 'json', growth ? 'pipe:0' : `file:${path}`],
    ],
    { stallMs: limits.stallMs, signal, ...inputOf(request) },
  );
  try {
    const answer = await child.read(MAX_ANSWER_BYTES);
    if (answer.length === MAX_ANSWER_BYTES) throw new VideoError('unreadable', 'its description is too long');
    await child.untilClosed();
    // ffprobe goes on after a size it may not decode; we don't.
    if (!child.succeeded || child.log.verdict?.kind === 'limit') throw refusal(child);
    return JSON.parse(Buffer.from(answer).toString());
  } finally {
    await child.kill();
  }
}

function refusal({ log }: DecoderProcess): VideoError {
  const options = { cause: log.tail };
  if (/^\[[^\]]+ @ \w+\] .*not on whitelist/m.test(log.tail)) {
    return new VideoError('unsupported', `it is not ${ALLOWED_TEXT}`, options);
  }
  const text = log.verdict?.text ?? 'it is not a video, or damaged';
  return new VideoError(log.verdict?.kind ?? 'unreadable', text, options);
}

function toInfo(
  stream: ProbedStream,
  { codec, format, rotation }: { codec: string; format: Probed['format']; rotation: number },
): VideoInfo {
  const { width = 0, height = 0, nb_frames: frames, duration } = stream;
  const ofFile = withoutStart(toMs(format?.duration), Number(format?.start_time) * 1000);
  const [shownWidth, shownHeight] = rotation % 180 === 0 ? [width, height] : [height, width];
  return {
    ...{ width: shownWidth, height: shownHeight, rotation, codec },
    declaredFrames: frames === undefined ? undefined : Number(frames),
    declaredMs: toMs(duration) ?? ofFile,
    decoder: 'ffmpeg',
  };
}

function toMs(seconds: string | undefined): number | undefined {
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}
