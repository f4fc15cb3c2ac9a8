// The whole gate: every check, every suite, one closing line. `pnpm test` runs it; so does CI.
//   --island  then the suites once more where neither the network nor files beside the checkout are to be had
//   --part    the suites only, less what takes long and asks nothing of where it runs, and no closing line
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findOrInstallBrowser } from './browser.ts';
import { testOnIsland } from './island.ts';
import { check, failure, REPORTS, readPlaywright, readVitest, suite, sum, type Tally } from './suites.ts';

/** Packages whose tests leave a report of their own name. */
const PACKAGES = ['apps/server', 'apps/cli', 'apps/web', 'packages/video', 'packages/scenes'];

/** Tests that take long and, wherever they run, ask nothing of the place but, some of them, shared files. */
const PLACELESS: Readonly<Record<string, readonly string[]>> = {
  'apps/server': [
    ...['hostile', 'rpc', 'flow', 'uploads', 'yolo', 'detector/decoder', 'models/quantize'].map(folder),
    ...['main', 'analysis/analyzer*', 'analysis/unreadable'].map(testFile),
    ...['create-detector', 'detector-workers', 'inference-pool'].map((name) => testFile(`detector/${name}`)),
    ...['download*', 'convert-checkpoint', 'inspect-onnx', 'kept-models'].map((name) =>
      testFile(`models/${name}`),
    ),
  ],
  'apps/cli': ['replaced', 'detect', 'flow', 'broken-calls'].map(testFile),
  'packages/video': ['process', 'errors', 'jail', 'codecs', 'orientation'].map(testFile),
};
/** All of theirs is of that kind. */
const PLACELESS_PACKAGES = ['apps/web', 'packages/scenes'];
/** A tab each; the rest asks nothing of where it runs. */
const PAGES_OF_A_PART = ['page', 'video'].map((name) => `e2e/${name}.spec.ts`);

function folder(name: string): string {
  return `test/${name}/**`;
}

function testFile(name: string): string {
  return `test/${name}.test.ts`;
}

const isPart = process.argv.includes('--part');

function endToEnd(): Tally {
  const name = 'apps/web in a browser';
  if (!findOrInstallBrowser()) {
    const all = `${name}: all of it, because none was found and none could be installed`;
    return process.env.CI ? failure(all) : { ...sum([]), skipped: 1, left: [all] };
  }
  const only = isPart ? PAGES_OF_A_PART : [];
  return suite(name, ['pnpm', '--dir', 'apps/web', 'e2e', ...only], 'web-e2e.json', readPlaywright);
}

/** So long after the start a slow machine does not begin it any more: the whole is to end within half an hour. */
const LAST_START_MS = 22 * 60_000;

function onIsland(): Tally {
  if (performance.now() < LAST_START_MS) return testOnIsland();
  const left = 'an island: all of it, because this machine was too slow to come to it in time';
  return { ...sum([]), skipped: 1, left: [left] };
}

mkdirSync(REPORTS, { recursive: true });
// Servers and clients are started hundreds of times: most of a start is to compile what was compiled for the one before.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../node_modules/.cache/node', import.meta.url));

const checks = isPart ? [] : [check('style, types, contract', ['pnpm', 'check'])];
const packages = PACKAGES.filter((name) => !(isPart && PLACELESS_PACKAGES.includes(name)));
const suites = packages.map((name) => {
  const less = isPart ? (PLACELESS[name] ?? []).flatMap((pattern) => ['--exclude', pattern]) : [];
  return suite(name, ['pnpm', '--dir', name, 'test', ...less], `${basename(name)}.json`, readVitest);
});
const build = isPart ? [] : [check('apps/web: production build', ['pnpm', 'build'])];
const bench = isPart ? [] : [check('every case of the benchmark, once', ['pnpm', 'bench', '--quick'])];
const pages = endToEnd();
const island = process.argv.includes('--island') ? [onIsland()] : [];

const total = sum([...checks, ...suites, ...build, ...bench, pages, ...island]);
writeFileSync(`${REPORTS}/total.json`, JSON.stringify(total));
if (!isPart) {
  if (total.left.length > 0) console.log('\nNOT TESTED:');
  for (const name of total.left) console.log(`  ${name}`);
  if (total.broken.length > 0) console.log('\nFAILED:');
  for (const name of total.broken) console.log(`  ${name}`);
  console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
}
process.exitCode = total.failed === 0 ? 0 : 1;
