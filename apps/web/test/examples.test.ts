// The drawn examples that the page shows are files beside their index: both are committed.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import index from '../public/examples/index.json' with { type: 'json' };

const folder = fileURLToPath(new URL('../public/examples/', import.meta.url));
const { images, videos } = index;

test('every file is in the index, and the other way round', () => {
  const named = [...images.map(({ file }) => file), ...videos.flatMap(({ file, poster }) => [file, poster])];
  expect(readdirSync(folder).sort()).toEqual([...named, 'index.json'].sort());
});

test.each([...images, ...videos])('$file says what is to be seen', ({ title, alt, width, height }) => {
  expect(title).toMatch(/^[A-Z].{3,20}$/);
  expect(alt).toMatch(/^A drawn .{30,}$/);
  expect(width / height).toBeCloseTo(16 / 9);
});

test.each(videos)('$file begins to play before it is loaded, and is small', ({ file, durationMs }) => {
  const bytes = readFileSync(folder + file);
  expect(bytes.indexOf('moov')).toBeLessThan(bytes.indexOf('mdat'));
  expect(statSync(folder + file).size).toBeLessThan(1_000_000);
  const header = bytes.indexOf('mvhd');
  // Version 0: two times, then ticks a second and the length in ticks.
  const [timescale, duration] = [bytes.readUInt32BE(header + 16), bytes.readUInt32BE(header + 20)];
  expect((duration / timescale) * 1000).toBeCloseTo(durationMs, -2);
});
