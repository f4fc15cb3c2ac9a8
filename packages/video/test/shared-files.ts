import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, test } from 'vitest';
import { availableDecoders, type DecoderName } from '../src/open-video.ts';

const folder = fileURLToPath(new URL('../../../../shared/', import.meta.url));

/** The path of a file or folder that several checkouts share, beside this one. */
export function sharedPath(path: string): string {
  return folder + path;
}

/** A suite for each decoder; one that is not installed, or lacks what the suite needs, is skipped by name. */
export function describeDecoders(
  name: string,
  suite: (decoder: DecoderName) => void,
  needs: readonly string[] = [],
): void {
  const missing = needs.map(sharedPath).filter((path) => !existsSync(path));
  const available = availableDecoders();
  for (const decoder of ['node-av', 'ffmpeg'] as const) {
    const absent = [...missing, ...(available.includes(decoder) ? [] : [decoder])];
    describe(`${name}, by ${decoder}`, () => {
      if (absent.length === 0) return suite(decoder);
      console.warn(
        `\nNOT TESTED: ${name}, by ${decoder}\n  because these are absent: ${absent.join(', ')}\n`,
      );
      test.skip(`needs ${absent.join(', ')}`);
    });
  }
}
