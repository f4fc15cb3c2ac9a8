import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, test } from 'vitest';

const folder = fileURLToPath(new URL('../../../../shared/', import.meta.url));

/** The path of a file or folder that several checkouts share, beside this one: weights, photographs, reference answers. */
export function sharedPath(path: string): string {
  return folder + path;
}

/** A suite that needs shared files; where they are absent it says what did not run, and is counted as skipped. */
export function describeWithShared(name: string, needs: readonly string[], suite: () => void): void {
  const missing = needs.map(sharedPath).filter((path) => !existsSync(path));
  if (missing.length === 0) {
    describe(name, suite);
    return;
  }
  console.warn(`\nNOT TESTED: ${name}\n  because these are absent: ${missing.join(', ')}\n`);
  describe(name, () => {
    test.skip(`needs ${missing.join(', ')}`);
  });
}
