import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PIX_FMT_RGB24,
  AV_PIX_FMT_YUV420P,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_BT709,
  FF_ENCODER_LIBX264,
} from 'node-av/constants';
import { Codec, CodecContext, FormatContext, Frame, Packet, Rational, type Stream } from 'node-av/lib';
import { buildFilters, check, type FilterChain } from './filter-chain.ts';

const TICKS_PER_MS = 90;
/** The last frame needs a length, or players leave it out; the others last until the next. */
const LAST_FRAME_TICKS = 40n * BigInt(TICKS_PER_MS);
const TIME_BASE = new Rational(1, 1000 * TICKS_PER_MS);
/** As players expect it: 4:2:0, which needs even sides (FFmpeg's `pad` breaks memory here), and the colours of HD video. */
const TO_YUV = [
  'scale=w=ceil(iw/2)*2:h=ceil(ih/2)*2:out_color_matrix=bt709:out_range=tv',
  'format=pix_fmts=yuv420p',
];
/** Good to look at, fast to make, and no frame waits for a later one. */
const X264 = { preset: 'veryfast', crf: '20', bf: '0' };

/** Writes an MP4 that plays everywhere: H.264 with 4:2:0 colours, its index before its frames. */
export class Mp4Encoder {
  readonly #width: number;
  readonly #height: number;
  readonly #filters: FilterChain;
  readonly #encoder = new CodecContext();
  readonly #format = new FormatContext();
  readonly #stream: Stream;
  readonly #frame = new Frame();
  readonly #packet = new Packet();
  #lastTicks = -1n;

  constructor(path: string, width: number, height: number) {
    this.#width = width;
    this.#height = height;
    const time = `time_base=${TIME_BASE.num}/${TIME_BASE.den}`;
    this.#filters = buildFilters(`video_size=${width}x${height}:pix_fmt=${AV_PIX_FMT_RGB24}:${time}`, TO_YUV);
    this.#openEncoder();
    check(this.#format.allocOutputContext2(null, 'mp4', path));
    check(this.#format.openOutputSync());
    this.#stream = this.#format.newStream(null);
    this.#stream.timeBase = TIME_BASE;
    check(this.#stream.codecpar.fromContext(this.#encoder));
    check(this.#format.setOption('movflags', '+faststart'));
    check(this.#format.writeHeaderSync(null));
    this.#frame.alloc();
    this.#packet.alloc();
  }

  /** RGB of the size that was named. One whose time is not after the last one's follows that at once. */
  encode(rgb: Buffer, timeMs: number): void {
    const ticks = BigInt(Math.round(timeMs * TICKS_PER_MS));
    this.#lastTicks = ticks > this.#lastTicks ? ticks : this.#lastTicks + 1n;
    const picture = Frame.fromVideoBuffer(rgb, {
      width: this.#width,
      height: this.#height,
      format: AV_PIX_FMT_RGB24,
      timeBase: TIME_BASE,
      pts: this.#lastTicks,
    });
    check(this.#filters.source.buffersrcAddFrameSync(picture));
    picture.free();
    check(this.#filters.sink.buffersinkGetFrameSync(this.#frame));
    check(this.#encoder.sendFrameSync(this.#frame));
    this.#frame.unref();
    this.#writePackets();
  }

  finish(): void {
    check(this.#encoder.sendFrameSync(null));
    this.#writePackets();
    check(this.#format.writeTrailerSync());
    this.#format.closeOutputSync();
  }

  #openEncoder(): void {
    const codec = Codec.findEncoderByName(FF_ENCODER_LIBX264);
    if (!codec) throw new Error('there is no H.264 encoder in this build of FFmpeg');
    const encoder = this.#encoder;
    encoder.allocContext3(codec);
    encoder.width = this.#width + (this.#width % 2);
    encoder.height = this.#height + (this.#height % 2);
    encoder.pixelFormat = AV_PIX_FMT_YUV420P;
    encoder.timeBase = TIME_BASE;
    encoder.colorSpace = AVCOL_SPC_BT709;
    encoder.colorRange = AVCOL_RANGE_MPEG;
    encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
    // Not by open2's dictionary, which it takes apart: node-av would free it again when it is collected.
    for (const [name, value] of Object.entries(X264)) check(encoder.setOption(name, value));
    check(encoder.open2Sync(codec, null));
  }

  #writePackets(): void {
    while (this.#encoder.receivePacketSync(this.#packet) >= 0) {
      this.#packet.streamIndex = this.#stream.index;
      this.#packet.duration = LAST_FRAME_TICKS;
      this.#packet.rescaleTs(TIME_BASE, this.#stream.timeBase);
      check(this.#format.interleavedWriteFrameSync(this.#packet));
    }
  }
}
