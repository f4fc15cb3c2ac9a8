import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openInputWriter } from '../../src/detector/input-writer.ts';
import { rectangularLetterbox } from '../../src/yolo/letterbox.ts';
import { createNetworkInputWriter } from '../../src/yolo/network-input.ts';
import { PIXEL_MODES, type PixelMode } from '../../src/yolo/pixels.ts';

const kernel = readFileSync(new URL('../../src/yolo/network-input.wasm', import.meta.url));
const plain = createNetworkInputWriter(new WebAssembly.Module(kernel));

const sizes = [
  { width: 640, height: 480 },
  { width: 17, height: 13 },
  { width: 100, height: 1 },
];

test.each(Object.keys(PIXEL_MODES) as PixelMode[])(
  'pixels of mode %s in shared memory are read to their end, as from any other',
  async (mode) => {
    const { write } = await openInputWriter();
    for (const size of sizes) {
      const { bytesPerRow, toPixels } = PIXEL_MODES[mode];
      const data = Uint8Array.from({ length: bytesPerRow(size.width) * size.height }, (_, i) => i * 73);
      const shared = new Uint8Array(new SharedArrayBuffer(data.length));
      shared.set(data);
      const letterbox = rectangularLetterbox(size, 640, 32);
      const expected = plain.write(toPixels(data, size), letterbox);
      expect(Buffer.compare(write(toPixels(shared, size), letterbox), expected)).toBe(0);
    }
  },
);
