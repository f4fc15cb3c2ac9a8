import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failure, REPORTS, run, type Tally } from './suites.ts';

/** Nothing listens there: a download is refused at once. */
const NOBODY = 'http://127.0.0.1:9';
const REFUSED = { HTTPS_PROXY: NOBODY, HTTP_PROXY: NOBODY, NO_PROXY: '127.0.0.1,localhost' };

/**
 * The suites in a clone of the last commit that stands in an empty folder, with no shared files beside it and every
 * download refused. Packages are linked from those that are installed already.
 */
export function testOnIsland(): Tally {
  const folder = mkdtempSync(join(tmpdir(), 'island-'));
  const checkout = join(folder, 'checkout');
  const env = { ...process.env, ...REFUSED };
  try {
    const ready =
      run('an island: a clone', ['git', 'clone', '--quiet', process.cwd(), checkout]) &&
      run('an island: install', ['pnpm', 'install', '--offline', '--frozen-lockfile'], {
        cwd: checkout,
        env,
      });
    if (ready)
      run('an island: tests', [process.execPath, 'scripts/test.ts', '--part'], { cwd: checkout, env });
    const tally: Tally = JSON.parse(readFileSync(join(checkout, REPORTS, 'total.json'), 'utf8'));
    const named = (name: string) => `on an island: ${name}`;
    return { ...tally, left: tally.left.map(named), broken: tally.broken.map(named) };
  } catch {
    return failure('an island: it left no report');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
