import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

/** How the steps so far went. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** The skipped ones by name. */
  readonly left: readonly string[];
}

export const REPORTS = '.reports';

export function sum(tallies: readonly Tally[]): Tally {
  const total = (key: 'passed' | 'failed' | 'skipped') => tallies.reduce((all, tally) => all + tally[key], 0);
  const left = tallies.flatMap((tally) => tally.left);
  return { passed: total('passed'), failed: total('failed'), skipped: total('skipped'), left };
}

/** A step that only passes or fails: linters, compilers, a build. */
export function check(name: string, command: string[]): Tally {
  return { passed: 0, failed: run(name, command) ? 0 : 1, skipped: 0, left: [] };
}

/** A step that leaves a report of its tests; without one it counts as one failure. */
export function suite(
  name: string,
  command: string[],
  report: string,
  read: (report: string) => Tally,
): Tally {
  // An earlier run's is not to be taken for this one's.
  rmSync(`${REPORTS}/${report}`, { force: true });
  const succeeded = run(name, command);
  try {
    const tally = read(readFileSync(`${REPORTS}/${report}`, 'utf8'));
    const left = tally.left.map((test) => `${name}: ${test.replaceAll(`${dirname(process.cwd())}/`, '../')}`);
    return { ...tally, left, failed: succeeded ? tally.failed : Math.max(tally.failed, 1) };
  } catch {
    return { passed: 0, failed: 1, skipped: 0, left: [] };
  }
}

/** Runs a command where all can see it; whether it succeeded. */
export function run(
  name: string,
  [command = '', ...args]: string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): boolean {
  console.log(`\n=== ${name}`);
  const { status } = spawnSync(command, args, { stdio: 'inherit', ...options });
  if (status !== 0) console.error(`=== ${name}: FAILED`);
  return status === 0;
}

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

export function readVitest(text: string): Tally {
  const report: VitestReport = JSON.parse(text);
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const left = tests.filter(({ status }) => !['passed', 'failed'].includes(status));
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
    left: left.map(({ fullName }) => fullName),
  };
}

interface PlaywrightSuite {
  readonly suites?: readonly PlaywrightSuite[];
  readonly specs?: readonly {
    readonly title: string;
    readonly tests: readonly { readonly status: string }[];
  }[];
}

export function readPlaywright(text: string): Tally {
  const report: PlaywrightSuite & { stats: Record<string, number> } = JSON.parse(text);
  const { expected = 0, flaky = 0, unexpected = 0, skipped = 0 } = report.stats;
  return { passed: expected + flaky, failed: unexpected, skipped, left: skippedSpecs(report) };
}

function skippedSpecs({ suites = [], specs = [] }: PlaywrightSuite): string[] {
  const own = specs.filter(({ tests }) => tests.some(({ status }) => status === 'skipped'));
  return [...own.map(({ title }) => title), ...suites.flatMap(skippedSpecs)];
}
