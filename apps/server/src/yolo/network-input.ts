import { type InputOrder, SQUARE_BYTES } from './input-order.ts';
import { BLOCK_PIXELS, rememberTables } from './kernel-tables.ts';
import { type Letterbox, PADDING_GREY } from './letterbox.ts';
import type { Pixels } from './pixels.ts';
import { roundUp } from './rounding.ts';

/** What `kernel/network-input.ts` compiles to; addresses and sizes in bytes. */
interface Kernel {
  readonly memory: WebAssembly.Memory;
  resampleRow(
    pixels: number,
    columns: number,
    masks: number,
    width: number,
    row: number,
    blueAt: number,
  ): void;
  blendRows(
    upper: number,
    lower: number,
    blueAt: number,
    weight: number,
    width: number,
    output: number,
    planeBytes: number,
    spare: number,
  ): void;
  toSquares(row: number, width: number, output: number): void;
}

export interface NetworkInputWriter {
  /**
   * Makes the network's input in one pass: scales by bilinear interpolation on pixel centres without antialiasing,
   * pads with grey, and brings the bytes into the network's order.
   *
   * The arithmetic is that of OpenCV's `resize` with `INTER_LINEAR` on bytes, bit for bit (weights of 11 bits, the
   * horizontal sum cut by 4 bits before the vertical one): the network was trained on it, and other resamplers move
   * its boxes.
   *
   * @param order default: planes
   * @returns 0 to 255; overwritten by the next call
   */
  write(pixels: Pixels, letterbox: Letterbox, order?: InputOrder): Uint8Array<ArrayBuffer>;
}

/** Copies `source` from `start` to `end` to the beginning of `target`. */
export type CopyBytes = (source: Uint8Array, target: Uint8Array, start: number, end: number) => void;

/** The kernel reads and writes whole vectors. */
const VECTOR_BYTES = 16;
const PAGE_BYTES = 65_536;
/** Of a resampled row: red and green, then blue. */
const RED_GREEN_BYTES = 4;
const BLUE_BYTES = 2;
/** What a row of pixels has of a square. */
const SQUARE_ROW_BYTES = SQUARE_BYTES / 2;
/** How many planes there are, and how many rows of pixels lie interleaved. */
const BANDS = { planes: { planes: 3, bandRows: 1 }, squares: { planes: 1, bandRows: 2 } } as const;

/**
 * @param module the compiled kernel; each writer has memory of its own
 * @param copy how rows of pixels get there. What JavaScript itself has is slow for shared memory: a word at a time, or a byte
 */
export function createNetworkInputWriter(
  module: WebAssembly.Module,
  copy: CopyBytes = copyBytes,
): NetworkInputWriter {
  const kernel = new WebAssembly.Instance(module).exports as unknown as Kernel;
  const tablesFor = rememberTables();

  function write(
    pixels: Pixels,
    letterbox: Letterbox,
    order: InputOrder = 'planes',
  ): Uint8Array<ArrayBuffer> {
    const { inputWidth, inputHeight, resizedWidth, left, top } = letterbox;
    const { columns, rows, masks } = tablesFor(pixels, letterbox);
    const width = roundUp(resizedWidth, BLOCK_PIXELS);
    const blueAt = width * RED_GREEN_BYTES;
    const rowBytes = pixels.width * pixels.pixelBytes;
    const layout = reserve(kernel.memory, {
      source: rowBytes,
      columns: columns.byteLength,
      masks: masks.byteLength,
      upper: blueAt + width * BLUE_BYTES,
      lower: blueAt + width * BLUE_BYTES,
      spare: BLOCK_PIXELS * 3,
      row: inputWidth * 3,
      output: inputWidth * inputHeight * 3,
    });
    const memory = kernel.memory.buffer;
    new Uint8Array(memory, layout.columns).set(columns);
    new Uint8Array(memory, layout.masks).set(masks);
    const source = new Uint8Array(memory, layout.source, rowBytes);
    const output = new Uint8Array(memory, layout.output, inputWidth * inputHeight * 3);

    const resample = (row: number, address: number) => {
      // A view that begins within the first pixel ends before the last row does.
      copy(pixels.data, source, row * rowBytes, Math.min((row + 1) * rowBytes, pixels.data.length));
      kernel.resampleRow(layout.source, layout.columns, layout.masks, width, address, blueAt);
      return { row, address };
    };

    /** Planes are written where they will be; what is to be squares, row by row. */
    const isPlanar = order === 'planes';
    const planeBytes = isPlanar ? inputWidth * inputHeight : inputWidth;
    fillPadding(output, letterbox, order);
    if (!isPlanar) new Uint8Array(memory, layout.row, inputWidth * 3).fill(PADDING_GREY);
    // Neighbouring output rows often need the same source rows: the last two stay, resampled.
    let upper = { row: -1, address: layout.upper };
    let lower = { row: -1, address: layout.lower };
    for (const [y, { first, second, secondWeight }] of rows.entries()) {
      if (lower.row === first) [upper, lower] = [lower, upper];
      if (upper.row !== first) upper = resample(first, upper.address);
      // At the borders both are the same.
      if (second !== first && lower.row !== second) lower = resample(second, lower.address);
      const rowAddress = isPlanar ? layout.output + (top + y) * inputWidth : layout.row;
      kernel.blendRows(
        upper.address,
        second === first ? upper.address : lower.address,
        blueAt,
        secondWeight,
        resizedWidth,
        rowAddress + left,
        planeBytes,
        layout.spare,
      );
      if (!isPlanar)
        kernel.toSquares(layout.row, inputWidth, layout.output + squareRowAt(top + y, inputWidth));
    }
    return output;
  }

  return { write };
}

function copyBytes(source: Uint8Array, target: Uint8Array, start: number, end: number): void {
  target.set(source.subarray(start, end));
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
    end += roundUp(parts[part], VECTOR_BYTES) + VECTOR_BYTES;
  }
  const missing = end - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
  return addresses;
}

/** Where a row of pixels begins among squares: every other one is the lower row of those of the one before. */
function squareRowAt(y: number, inputWidth: number): number {
  const half = SQUARE_ROW_BYTES * (inputWidth / 2);
  return (y >> 1) * 2 * half + (y & 1) * SQUARE_ROW_BYTES;
}

/** Grey wherever the image will not be. */
function fillPadding(output: Uint8Array, letterbox: Letterbox, order: InputOrder): void {
  const { inputWidth, inputHeight, resizedWidth, resizedHeight, top } = letterbox;
  if (resizedWidth < inputWidth) {
    output.fill(PADDING_GREY);
    return;
  }
  const { planes, bandRows } = BANDS[order];
  const planeBytes = output.length / planes;
  const bandBytes = (planeBytes / inputHeight) * bandRows;
  for (let plane = 0; plane < output.length; plane += planeBytes) {
    output.fill(PADDING_GREY, plane, plane + Math.ceil(top / bandRows) * bandBytes);
    const bottom = Math.floor((top + resizedHeight) / bandRows) * bandBytes;
    output.fill(PADDING_GREY, plane + bottom, plane + planeBytes);
  }
}
