import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** How the steps so far went. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** The skipped ones by name. */
  readonly left: readonly string[];
  /** The failed ones by name, with what was said of them. */
  readonly broken: readonly string[];
}

export const REPORTS = '.reports';

export function sum(tallies: readonly Tally[]): Tally {
  const total = (key: 'passed' | 'failed' | 'skipped') => tallies.reduce((all, tally) => all + tally[key], 0);
  const left = tallies.flatMap((tally) => tally.left);
  const broken = tallies.flatMap((tally) => tally.broken);
  return { passed: total('passed'), failed: total('failed'), skipped: total('skipped'), left, broken };
}

/** One failure that no report counts. */
export function failure(name: string): Tally {
  return { passed: 0, failed: 1, skipped: 0, left: [], broken: [name] };
}

/** A step that only passes or fails: linters, compilers, a build. */
export function check(name: string, command: string[]): Tally {
  return run(name, command) ? sum([]) : failure(name);
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
    const named = (test: string) => `${name}: ${test.replaceAll(`${dirname(process.cwd())}/`, '../')}`;
    const known = { ...tally, left: tally.left.map(named), broken: tally.broken.map(named) };
    // A file that cannot be loaded fails a run, and none of its tests.
    return succeeded || tally.failed > 0 ? known : sum([known, failure(`${name}: the run itself`)]);
  } catch {
    return failure(`${name}: it left no report`);
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
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages?: readonly string[];
    }[];
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
    broken: tests
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages = [] }) => explained(fullName, failureMessages[0])),
  };
}

interface PlaywrightSuite {
  readonly suites?: readonly PlaywrightSuite[];
  readonly specs?: readonly {
    readonly title: string;
    readonly tests: readonly {
      readonly status: string;
      readonly results: readonly { readonly error?: { readonly message?: string } }[];
    }[];
  }[];
}

export function readPlaywright(text: string): Tally {
  const report: PlaywrightSuite & { stats: Record<string, number> } = JSON.parse(text);
  const { expected = 0, flaky = 0, unexpected = 0, skipped = 0 } = report.stats;
  const specs = allSpecs(report);
  const have = (wanted: string) => specs.filter(({ tests }) => tests.some(({ status }) => status === wanted));
  return {
    passed: expected + flaky,
    failed: unexpected,
    skipped,
    left: have('skipped').map(({ title }) => title),
    broken: have('unexpected').map(({ title, tests }) =>
      explained(title, tests.flatMap(({ results }) => results).find(({ error }) => error)?.error?.message),
    ),
  };
}

function allSpecs({ suites = [], specs = [] }: PlaywrightSuite): NonNullable<PlaywrightSuite['specs']> {
  return [...specs, ...suites.flatMap(allSpecs)];
}

/** The first lines of a message, which may go on with a stack or a page of HTML. */
function explained(name: string, message = ''): string {
  const own = stripVTControlCharacters(message)
    .split('\n')
    .filter((line) => !line.includes('node_modules'));
  const lines = own.slice(0, 6);
  return [name, ...lines.map((line) => `    ${line}`)].join('\n').trimEnd();
}
