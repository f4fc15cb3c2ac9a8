import {
  AV_BUFFERSRC_FLAG_KEEP_REF,
  AVCOL_SPC_BT2020_CL,
  AVCOL_SPC_BT2020_NCL,
  AVCOL_SPC_UNSPECIFIED,
  AVCOL_SPC_YCGCO,
  type AVColorSpace,
} from 'node-av/constants';
import { Frame, type Rational } from 'node-av/lib';
import { RGB_BYTES } from '../formats.ts';
import { buildFilters, check, type FilterChain } from './filter-chain.ts';

/**
 * Turns decoded frames upright and into RGB with FFmpeg's own filters and their defaults (`-pix_fmt rgb24`), so
 * that the pixels are those that `ffmpeg` and OpenCV give. Frames may change in size or layout on the way.
 */
export class RgbConverter {
  readonly #orientation: readonly string[];
  readonly #timeBase: Rational;
  readonly #output = new Frame();
  #graph: (FilterChain & { key: string }) | undefined;

  constructor(orientation: readonly string[], timeBase: Rational) {
    this.#orientation = orientation;
    this.#timeBase = timeBase;
    this.#output.alloc();
  }

  /**
   * Calls `take` with the frame's upright pixels, which are gone when it returns. The frame's own are kept as they are.
   */
  convert(frame: Frame, take: (size: { width: number; height: number }, pixels: Uint8Array) => void): void {
    frame.colorSpace = convertible(frame.colorSpace);
    const { source, sink } = this.#graphFor(frame);
    check(source.buffersrcAddFrameSync(frame, AV_BUFFERSRC_FLAG_KEEP_REF));
    check(sink.buffersinkGetFrameSync(this.#output));
    const { width, height, linesize, data } = this.#output;
    // Rows with nothing between them are read where they are.
    const isPacked = linesize[0] === width * RGB_BYTES;
    const pixels =
      (isPacked && data?.[0]?.subarray(0, width * height * RGB_BYTES)) || this.#output.toBuffer();
    take({ width, height }, pixels);
    this.#output.unref();
  }

  #graphFor(frame: Frame) {
    const { num, den } = this.#timeBase;
    const { width, height, format, colorSpace, colorRange } = frame;
    const key = `video_size=${width}x${height}:pix_fmt=${format}:time_base=${num}/${den}:colorspace=${colorSpace}:range=${colorRange}`;
    if (this.#graph?.key !== key) {
      this.#graph?.free();
      const steps = [...this.#orientation, 'scale=flags=bicubic', 'format=pix_fmts=rgb24'];
      this.#graph = { key, ...buildFilters(key, steps) };
    }
    return this.#graph;
  }
}

/** FFmpeg 8 builds no filters for matrices that its scaler does not know; before, it took others in their place: these. */
function convertible(matrix: AVColorSpace): AVColorSpace {
  if (matrix === AVCOL_SPC_BT2020_CL) return AVCOL_SPC_BT2020_NCL;
  return matrix === AVCOL_SPC_YCGCO || matrix > AVCOL_SPC_BT2020_CL ? AVCOL_SPC_UNSPECIFIED : matrix;
}
