import { crc32 as reference } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { crc32 } from '../../src/uploads/crc32.ts';

describe('crc32', () => {
  it('has the check value of the standard', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  });

  it('agrees with zlib at every length and alignment', () => {
    const bytes = Uint8Array.from({ length: 300 }, (_, index) => (index * 131 + (index >> 3)) & 255);
    for (let start = 0; start < 9; start++) {
      for (let end = start; end < bytes.length; end += 7) {
        expect(crc32(bytes.subarray(start, end))).toBe(reference(bytes.subarray(start, end)));
      }
    }
  });
});
