import {
  BufferTarget,
  EncodedPacket,
  EncodedVideoPacketSource,
  MkvOutputFormat,
  Mp4OutputFormat,
  Output,
  type OutputFormat,
} from 'mediabunny';
import { describe, expect, it } from 'vitest';
import { neighbourMs } from '../../src/video/neighbour-ms.ts';

/** As they are stored: with key pictures at 0 and 1000, others out of order, and a long wait between. */
const STORED_MS = [0, 160, 80, 40, 120, 1_000, 4_000, 2_000, 1_040, 3_000];
const SHOWN_MS = STORED_MS.toSorted((a, b) => a - b);

/** A file with pictures of those times; nobody looks at what is in them. */
async function fileOf(format: OutputFormat): Promise<Blob> {
  const target = new BufferTarget();
  const output = new Output({ format, target });
  const source = new EncodedVideoPacketSource('vp8');
  output.addVideoTrack(source);
  await output.start();
  const decoderConfig = { codec: 'vp8', codedWidth: 16, codedHeight: 16 };
  for (const timeMs of STORED_MS) {
    const type = timeMs % 1_000 === 0 && timeMs < 2_000 ? 'key' : 'delta';
    await source.add(new EncodedPacket(new Uint8Array(8), type, timeMs / 1_000, 0.04), { decoderConfig });
  }
  await output.finalize();
  return new Blob([target.buffer ?? new ArrayBuffer()]);
}

describe.each([
  ['MP4', new Mp4OutputFormat()],
  ['Matroska', new MkvOutputFormat()],
])('neighbourMs in %s', (_, format) => {
  const file = fileOf(format);

  async function walk(fromMs: number, by: 1 | -1): Promise<number[]> {
    const nextMs = await neighbourMs(await file, fromMs, by);
    return nextMs === undefined ? [] : [Math.round(nextMs), ...(await walk(nextMs, by))];
  }

  it('leads on through every picture', async () => expect(await walk(0, 1)).toEqual(SHOWN_MS.slice(1)));

  it('leads back through every picture', async () =>
    expect(await walk(4_000, -1)).toEqual(SHOWN_MS.slice(0, -1).reverse()));

  it.each<[string, number, 1 | -1, number | undefined]>([
    ['on from within a long picture', 2_700, 1, 3_000],
    ['back from within a long picture', 2_700, -1, 1_040],
    ['on from a time that is a little off', 39.2, 1, 80],
    ['on from before the first', -500, 1, 0],
    ['back from before the first', -500, -1, undefined],
    ['on from behind the last', 9_000, 1, undefined],
  ])('%s', async (__, timeMs, by, expected) => {
    const found = await neighbourMs(await file, timeMs, by);
    expect(found && Math.round(found)).toBe(expected);
  });
});

it('tells that a file cannot be read', async () => {
  await expect(neighbourMs(new Blob(['no video']), 0, 1)).rejects.toThrow();
});
