import { expect, test } from 'vitest';
import { createYoungCollector } from '../../src/rpc/collect-young.ts';

test('collects after every so many bytes, not for each few', () => {
  let collections = 0;
  const read = createYoungCollector(() => {
    collections++;
  });
  for (let i = 0; i < 1000; i++) read(16_384);
  expect(collections).toBe(1);
  read(40e6);
  expect(collections).toBe(2);
});

test('what it does by itself collects buffers that nobody holds', () => {
  const read = createYoungCollector();
  const held = () => process.memoryUsage().arrayBuffers;
  const before = held();
  let most = 0;
  for (let i = 0; i < 320; i++) {
    read(new ArrayBuffer(2 ** 20).byteLength);
    most = Math.max(most, held() - before);
  }
  expect(most).toBeLessThan(50 * 2 ** 20);
});
