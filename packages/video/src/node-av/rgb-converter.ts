import { AV_BUFFERSRC_FLAG_KEEP_REF } from 'node-av/constants';
import { FFmpegError, Filter, type FilterContext, FilterGraph, Frame, type Rational } from 'node-av/lib';

/**
 * Turns decoded frames upright and into RGB with FFmpeg's own filters and their defaults (`-pix_fmt rgb24`), so
 * that the pixels are those that `ffmpeg` and OpenCV give. Frames may change in size or layout on the way.
 */
export class RgbConverter {
  readonly #orientation: readonly string[];
  readonly #timeBase: Rational;
  readonly #output = new Frame();
  #graph: { key: string; source: FilterContext; sink: FilterContext; free: () => void } | undefined;

  constructor(orientation: readonly string[], timeBase: Rational) {
    this.#orientation = orientation;
    this.#timeBase = timeBase;
    this.#output.alloc();
  }

  /** The frame's upright pixels, a copy. The frame itself is kept as it is. */
  convert(frame: Frame): { width: number; height: number; data: Uint8Array } {
    const { source, sink } = this.#graphFor(frame);
    check(source.buffersrcAddFrameSync(frame, AV_BUFFERSRC_FLAG_KEEP_REF));
    check(sink.buffersinkGetFrameSync(this.#output));
    const { width, height } = this.#output;
    const data = this.#output.toBuffer();
    this.#output.unref();
    return { width, height, data };
  }

  #graphFor(frame: Frame) {
    const { num, den } = this.#timeBase;
    const { width, height, format, colorSpace, colorRange } = frame;
    const key = `video_size=${width}x${height}:pix_fmt=${format}:time_base=${num}/${den}:colorspace=${colorSpace}:range=${colorRange}`;
    if (this.#graph?.key !== key) {
      this.#graph?.free();
      this.#graph = { key, ...buildGraph(key, this.#orientation) };
    }
    return this.#graph;
  }
}

function buildGraph(input: string, orientation: readonly string[]) {
  const graph = new FilterGraph();
  graph.alloc();
  const create = (name: string, options: string | null) => {
    const filter = Filter.getByName(name);
    const context = filter && graph.createFilter(filter, `${name}${graph.nbFilters}`, options);
    if (!context) throw new Error(`FFmpeg does not take the filter ${name}=${options}`);
    return context;
  };
  const source = create('buffer', input);
  let last = source;
  for (const step of [...orientation, 'scale=flags=bicubic', 'format=pix_fmts=rgb24', 'buffersink']) {
    const [, name = '', options = null] = /^(\w+)=?(.+)?$/.exec(step) ?? [];
    const next = create(name, options);
    check(last.link(0, next, 0));
    last = next;
  }
  check(graph.configSync());
  return { source, sink: last, free: () => graph.free() };
}

function check(result: number): void {
  if (result < 0) throw new Error(`FFmpeg could not convert a frame: ${FFmpegError.strerror(result)}`);
}
