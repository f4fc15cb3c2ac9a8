import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** A folder that goes away after the suite; `write` puts a file into it and returns its path. */
export function temporaryFolder(): {
  path: string;
  write: (name: string, bytes: string | Uint8Array) => string;
} {
  const path = mkdtempSync(join(tmpdir(), 'boxwire-video-'));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return {
    path,
    write(name, bytes) {
      writeFileSync(join(path, name), bytes);
      return join(path, name);
    },
  };
}
