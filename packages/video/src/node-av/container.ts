import {
  AV_DISPOSITION_ATTACHED_PIC,
  AV_PKT_DATA_DISPLAYMATRIX,
  AV_PKT_DATA_ENCRYPTION_INFO,
  AV_PKT_DATA_ENCRYPTION_INIT_INFO,
  AVERROR_EOF,
  AVMEDIA_TYPE_VIDEO,
} from 'node-av/constants';
import {
  avGetCodecName,
  Dictionary,
  FFmpegError,
  FormatContext,
  type Packet,
  type Stream,
} from 'node-av/lib';
import { type Orientation, readDisplayMatrix } from '../display-matrix.ts';
import { ALLOWED_TEXT, CODECS, CONTAINERS } from '../formats.ts';
import { checkPixels, withoutStart } from '../verdicts.ts';
import type { VideoInfo } from '../video.ts';
import { VideoError } from '../video-error.ts';

/** The file's first real video track, opened for reading. */
export class Container {
  readonly stream: Stream;
  readonly orientation: Orientation;
  readonly #format: FormatContext;

  /** @param path standard input where it is undefined @throws {VideoError} */
  constructor(path: string | undefined, maxPixels: number) {
    this.#format = openFormat(path);
    // Before anything is decoded, and again after FFmpeg has looked into the samples.
    const { width, height } = findVideo(this.#format).codecpar;
    checkPixels(width, height, maxPixels);
    this.#format.findStreamInfoSync(null);
    this.stream = findVideo(this.#format);
    const { codecpar } = this.stream;
    checkPixels(codecpar.width, codecpar.height, maxPixels);
    const codec = avGetCodecName(codecpar.codecId) ?? 'unknown';
    if (!CODECS.includes(codec)) {
      throw new VideoError('unsupported', `its codec is ${codec}; supported is ${ALLOWED_TEXT}`);
    }
    if (codecpar.getCodedSideData(AV_PKT_DATA_ENCRYPTION_INIT_INFO)) throw encrypted();
    this.orientation = readDisplayMatrix(codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX));
  }

  get info(): VideoInfo {
    const { codecpar, nbFrames, duration, timeBase } = this.stream;
    const { rotation } = this.orientation;
    const [width, height] =
      rotation % 180 === 0 ? [codecpar.width, codecpar.height] : [codecpar.height, codecpar.width];
    const ofTrack = duration > 0n ? (Number(duration) * timeBase.num * 1000) / timeBase.den : undefined;
    const fileMs = this.#format.duration > 0n ? Number(this.#format.duration) / 1000 : undefined;
    const ofFile = withoutStart(fileMs, Number(this.#format.startTime) / 1000);
    return {
      ...{ width, height, rotation, codec: avGetCodecName(codecpar.codecId) ?? 'unknown' },
      declaredFrames: nbFrames > 0n ? Number(nbFrames) : undefined,
      declaredMs: ofTrack ?? ofFile,
      decoder: 'node-av',
    };
  }

  /** Reads the track's next packet; `false` at the end, or where the file is too damaged to go on. */
  read(packet: Packet): boolean {
    for (;;) {
      packet.unref();
      const result = this.#format.readFrameSync(packet);
      if (result === AVERROR_EOF || result < 0) return false;
      if (packet.streamIndex !== this.stream.index) continue;
      if (packet.getSideData(AV_PKT_DATA_ENCRYPTION_INFO)) throw encrypted();
      return true;
    }
  }
}

function openFormat(path: string | undefined): FormatContext {
  const format = new FormatContext();
  format.allocContext();
  const [protocol, url] = path === undefined ? ['pipe', 'pipe:0'] : ['file', `file:${path}`];
  const options = { protocol_whitelist: protocol, format_whitelist: CONTAINERS.join(',') };
  const result = format.openInputSync(url, null, Dictionary.fromObject(options));
  if (result >= 0) return format;
  const text = FFmpegError.strerror(result);
  // The whitelist answers with EINVAL: FFmpeg knows the file, and we don't want it.
  const error = FFmpegError.fromCode(result);
  if (error?.isEINVAL) throw new VideoError('unsupported', `it is not ${ALLOWED_TEXT}`);
  throw new VideoError('unreadable', `it is not a video, or damaged (${text})`);
}

function findVideo(format: FormatContext): Stream {
  const isVideo = ({ codecpar, disposition }: Stream) =>
    codecpar.codecType === AVMEDIA_TYPE_VIDEO && !(disposition & AV_DISPOSITION_ATTACHED_PIC);
  const stream = format.streams.find(isVideo);
  if (!stream) throw new VideoError('no-video-track', 'it has no video track');
  return stream;
}

function encrypted(): VideoError {
  return new VideoError('encrypted-looking', 'it is encrypted');
}
