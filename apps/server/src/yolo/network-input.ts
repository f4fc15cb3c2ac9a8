import { interpolationTaps, type Tap, WEIGHT_ONE } from './interpolation.ts';
import { type Letterbox, PADDING_GREY } from './letterbox.ts';
import type { Pixels } from './pixels.ts';

/** What `kernel/network-input.ts` compiles to; addresses and sizes in bytes. */
interface Kernel {
  readonly memory: WebAssembly.Memory;
  resampleRow(pixels: number, columns: number, width: number, grey: number, row: number): void;
  blendRows(
    upper: number,
    lower: number,
    weight: number,
    width: number,
    output: number,
    planeBytes: number,
  ): void;
}

export interface NetworkInputWriter {
  /**
   * Makes the network's input in one pass: scales by bilinear interpolation on pixel centres without antialiasing,
   * pads with grey, splits the channels and maps 0..255 to 0..1.
   *
   * The arithmetic is that of OpenCV's `resize` with `INTER_LINEAR` on bytes, bit for bit (weights of 11 bits, the
   * horizontal sum cut by 4 bits before the vertical one): the network was trained on it, and other resamplers move
   * its boxes.
   *
   * @returns `[3, inputHeight, inputWidth]`, planes in the order red, green, blue; overwritten by the next call
   */
  write(pixels: Pixels, letterbox: Letterbox): Float32Array<ArrayBuffer>;
}

/** The kernel reads and writes whole vectors. */
const VECTOR_BYTES = 16;
const COLUMN_BYTES = 12;
const RESAMPLED_PIXEL_BYTES = 8;
const PAGE_BYTES = 65_536;

/** @param module the compiled kernel; each writer has memory of its own */
export function createNetworkInputWriter(module: WebAssembly.Module): NetworkInputWriter {
  const kernel = new WebAssembly.Instance(module).exports as unknown as Kernel;

  function write(pixels: Pixels, letterbox: Letterbox): Float32Array<ArrayBuffer> {
    const { inputWidth, inputHeight, resizedWidth, resizedHeight, left, top } = letterbox;
    const planeBytes = inputWidth * inputHeight * 4;
    // The kernel resamples two pixels at a time.
    const evenWidth = resizedWidth + (resizedWidth % 2);
    const layout = reserve(kernel.memory, {
      source: pixels.width * pixels.pixelBytes,
      columns: evenWidth * COLUMN_BYTES,
      upper: evenWidth * RESAMPLED_PIXEL_BYTES,
      lower: evenWidth * RESAMPLED_PIXEL_BYTES,
      output: planeBytes * 3,
    });
    const memory = kernel.memory.buffer;
    const columns = interpolationTaps(pixels.width, resizedWidth);
    writeColumns(columns, pixels.pixelBytes, new Uint32Array(memory, layout.columns, evenWidth * 3));
    const source = new Uint8Array(memory, layout.source, pixels.width * pixels.pixelBytes);
    const output = new Float32Array(memory, layout.output, inputWidth * inputHeight * 3);
    const grey = pixels.greenOffset === 0 ? 1 : 0;

    const resample = (row: number, address: number) => {
      const start = row * source.length;
      source.set(pixels.data.subarray(start, start + source.length));
      kernel.resampleRow(layout.source, layout.columns, evenWidth, grey, address);
      return { row, address };
    };

    fillPadding(output, letterbox);
    // Neighbouring output rows often need the same source rows: the last two stay, resampled.
    let upper = { row: -1, address: layout.upper };
    let lower = { row: -1, address: layout.lower };
    for (const [y, { first, second, secondWeight }] of interpolationTaps(
      pixels.height,
      resizedHeight,
    ).entries()) {
      if (lower.row === first) [upper, lower] = [lower, upper];
      if (upper.row !== first) upper = resample(first, upper.address);
      if (lower.row !== second) lower = resample(second, lower.address);
      const rowAddress = layout.output + ((top + y) * inputWidth + left) * 4;
      kernel.blendRows(upper.address, lower.address, secondWeight, resizedWidth, rowAddress, planeBytes);
    }
    return output;
  }

  return { write };
}

/** Gives each part a place of its own in the memory, which grows as needed; the addresses by name. */
function reserve<Part extends string>(
  memory: WebAssembly.Memory,
  parts: Record<Part, number>,
): Record<Part, number> {
  let end = VECTOR_BYTES;
  const addresses = {} as Record<Part, number>;
  for (const part of Object.keys(parts) as Part[]) {
    addresses[part] = end;
    end += (Math.ceil(parts[part] / VECTOR_BYTES) + 1) * VECTOR_BYTES;
  }
  const missing = end - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
  return addresses;
}

/** The kernel's table of columns: two byte offsets and two weights each; a column of its own may follow as filler. */
function writeColumns(taps: readonly Tap[], pixelBytes: number, table: Uint32Array): void {
  for (let i = 0; i < table.length; i += 3) {
    const { first, second, secondWeight } = taps[Math.min(i / 3, taps.length - 1)] as Tap;
    table[i] = first * pixelBytes;
    table[i + 1] = second * pixelBytes;
    table[i + 2] = (secondWeight << 16) | (WEIGHT_ONE - secondWeight);
  }
}

/** Grey wherever the image will not be. */
function fillPadding(output: Float32Array, letterbox: Letterbox): void {
  const { inputWidth, inputHeight, resizedWidth, resizedHeight, left, top } = letterbox;
  if (resizedWidth === inputWidth && resizedHeight === inputHeight) return;
  const grey = PADDING_GREY / 255;
  for (let plane = 0; plane < 3; plane++) {
    const start = plane * inputWidth * inputHeight;
    output.fill(grey, start, start + top * inputWidth);
    output.fill(grey, start + (top + resizedHeight) * inputWidth, start + inputHeight * inputWidth);
    for (let y = top; y < top + resizedHeight; y++) {
      const row = start + y * inputWidth;
      output.fill(grey, row, row + left);
      output.fill(grey, row + left + resizedWidth, row + inputWidth);
    }
  }
}
