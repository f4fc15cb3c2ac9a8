import type { Boundaries } from './boundaries.ts';
import type { HostileFile } from './hostile-file.ts';
import { below, createRandom } from './random.ts';

interface Original {
  /** For example `jpeg`. */
  readonly kind: string;
  readonly fileName: string;
  readonly bytes: Buffer;
  readonly boundaries: Boundaries;
}

/** Cut at every boundary, and a byte before and behind it; of more than `most` files, so many evenly chosen. */
export function truncations(original: Original, most = Number.POSITIVE_INFINITY): HostileFile[] {
  const { kind, fileName, bytes, boundaries } = original;
  const cuts = boundaries(bytes).flatMap((at) => [at - 1, at, at + 1]);
  const inside = new Set([1, ...cuts, bytes.length - 1].filter((at) => at > 0 && at < bytes.length));
  const chosen = [...inside].sort((a, b) => a - b);
  const step = Math.max(1, chosen.length / most);
  const kept = chosen.filter(
    (_, index) => index === 0 || Math.floor(index / step) > Math.floor((index - 1) / step),
  );
  return kept.map((at) => ({
    name: `${kind} cut after ${at} bytes`,
    fileName,
    bytes: bytes.subarray(0, at),
    // The last bytes of some formats say nothing that is needed.
    expected: 'either' as const,
  }));
}

/** One bit turned in each, half of them in the first 256 bytes, where the sizes are. */
export function bitFlips({ kind, fileName, bytes }: Original, count: number, seed: number): HostileFile[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, index) => {
    const at = below(random, index % 2 ? bytes.length : Math.min(256, bytes.length));
    const bit = below(random, 8);
    const flipped = Buffer.from(bytes);
    flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << bit), at);
    return {
      name: `${kind} with bit ${bit} of byte ${at} turned (seed ${seed}, ${index})`,
      fileName,
      bytes: flipped,
      expected: 'either' as const,
    };
  });
}
