import { expect, test } from 'vitest';
import { createYoungCollector } from '../../src/rpc/collect-young.ts';

test('collects after every so many bytes, not for each few', () => {
  let collections = 0;
  const read = createYoungCollector(() => {
    collections++;
  });
  for (let i = 0; i < 400; i++) read(16_384);
  expect(collections).toBe(1);
  read(40e6);
  expect(collections).toBe(2);
});

test('what it does by itself frees buffers that nobody holds, at once', () => {
  const read = createYoungCollector();
  const held = () => process.memoryUsage().arrayBuffers;
  const before = held();
  let most = 0;
  for (let i = 0; i < 320; i++) {
    read(new ArrayBuffer(2 ** 20).byteLength);
    most = Math.max(most, held() - before);
  }
  expect(most).toBeLessThan(6 * 2 ** 20);
});
