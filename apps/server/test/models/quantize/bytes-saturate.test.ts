import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bytesSaturate } from '../../../src/models/quantize/bytes-saturate.ts';

const CPU_INFO = '/proc/cpuinfo';
const isKnown = process.arch === 'x64' && existsSync(CPU_INFO);

test.skipIf(!isKnown)(
  'products of bytes saturate where the processor has no instructions for them',
  async () => {
    const flags = /^flags\s*:(.*)$/m.exec(readFileSync(CPU_INFO, 'utf8'))?.[1]?.split(' ') ?? [];
    const hasVnni = flags.some((flag) => flag === 'avx512_vnni' || flag === 'avx_vnni');
    expect(await bytesSaturate()).toBe(!hasVnni);
  },
);
