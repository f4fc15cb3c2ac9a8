import { expect, test } from 'vitest';
import { createCollector, createReadCollector } from '../src/collector.ts';

test('collects after every so many bytes, not for each few', () => {
  let collections = 0;
  const allocated = createCollector('minor', 4e6, () => {
    collections++;
  });
  for (let i = 0; i < 400; i++) allocated(16_384);
  expect(collections).toBe(1);
  allocated(40e6);
  expect(collections).toBe(2);
});

test('a minor collection frees young buffers that nobody holds, at once', () => {
  const allocated = createCollector('minor', 4e6);
  const held = () => process.memoryUsage().arrayBuffers;
  const before = held();
  let most = 0;
  for (let i = 0; i < 320; i++) {
    allocated(new ArrayBuffer(2 ** 20).byteLength);
    most = Math.max(most, held() - before);
  }
  expect(most).toBeLessThan(6 * 2 ** 20);
});

test('after many reads what has grown old is collected, too', () => {
  const collections = { minor: 0, major: 0 };
  const read = createReadCollector((type) => () => {
    collections[type]++;
  });
  const readMegabytes = (count: number) => {
    for (let i = 0; i < count * 10; i++) read(100_000);
  };
  readMegabytes(999);
  expect(collections.minor).toBeGreaterThan(400);
  expect(collections.major).toBe(0);
  readMegabytes(1001);
  expect(collections.major).toBe(2);
});
