// The whole gate: every check, every suite, one closing line. `pnpm test` runs it; so does CI.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { findOrInstallBrowser } from './browser.ts';

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

const REPORTS = '.reports';

/** A step that only passes or fails: linters, compilers, a build. */
function check(name: string, command: string[]): Tally {
  return { passed: 0, failed: run(name, command) ? 0 : 1, skipped: 0 };
}

/** A step that leaves a report of its tests; without one it counts as one failure. */
function suite(name: string, command: string[], report: string, read: (report: string) => Tally): Tally {
  const succeeded = run(name, command);
  try {
    const tally = read(readFileSync(`${REPORTS}/${report}`, 'utf8'));
    return { ...tally, failed: succeeded ? tally.failed : Math.max(tally.failed, 1) };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

function run(name: string, [command = '', ...args]: string[]): boolean {
  console.log(`\n=== ${name}`);
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) console.error(`=== ${name}: FAILED`);
  return status === 0;
}

function readVitest(report: string): Tally {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(report);
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests };
}

function readPlaywright(report: string): Tally {
  const { stats } = JSON.parse(report);
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped };
}

function endToEnd(): Tally {
  const browser = findOrInstallBrowser();
  if (!browser) {
    console.error(
      '\n=== NOT TESTED: the pages in a browser, because none was found and none could be installed',
    );
    return { passed: 0, failed: process.env.CI ? 1 : 0, skipped: 1 };
  }
  return suite('apps/web in a browser', ['pnpm', '--dir', 'apps/web', 'e2e'], 'web-e2e.json', readPlaywright);
}

rmSync(REPORTS, { recursive: true, force: true });
mkdirSync(REPORTS, { recursive: true });
/** Packages whose tests leave a report of their own name. */
const PACKAGES = ['apps/server', 'apps/cli', 'apps/web', 'packages/video', 'packages/scenes'];

const tallies = [
  check('style, types, contract', ['pnpm', 'check']),
  ...PACKAGES.map((folder) =>
    suite(folder, ['pnpm', '--dir', folder, 'test'], `${basename(folder)}.json`, readVitest),
  ),
  check('apps/web: production build', ['pnpm', 'build']),
  endToEnd(),
];
const total = (key: keyof Tally) => tallies.reduce((sum, tally) => sum + tally[key], 0);
console.log(`\n${total('passed')} passed, ${total('failed')} failed, ${total('skipped')} skipped`);
process.exitCode = total('failed') === 0 ? 0 : 1;
