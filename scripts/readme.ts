// Fills the README's generated blocks: the settings, the examples, the benchmark. With --check it only says whether they fit.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import { SETTINGS } from '../apps/server/src/config.ts';

const README = 'README.md';
const checkOnly = process.argv.includes('--check');
const LANGUAGES: Record<string, string> = { '.ts': 'ts', '.py': 'python' };

/** What a block holds, by its kind; `undefined` leaves it as it is. */
const BLOCKS: Record<string, (argument: string) => string | undefined> = {
  file: (path) => `\`\`\`${LANGUAGES[extname(path)]}\n${readFileSync(path, 'utf8').trimEnd()}\n\`\`\``,
  settings: settingsTable,
  // Measured on one machine, once: not to be checked against another's.
  report: (name) =>
    checkOnly || !existsSync(`.reports/${name}`)
      ? undefined
      : readFileSync(`.reports/${name}`, 'utf8').trimEnd(),
};

function settingsTable(): string {
  const rows = Object.values(SETTINGS).map(
    ({ name, defaultText, unit, description }) =>
      `| \`${name}\` | ${defaultText}${unit && unit !== 'port' && /^\d/.test(defaultText) ? ` ${unit}` : ''} | ${description} |`,
  );
  return ['| variable | default | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

const before = readFileSync(README, 'utf8');
const after = before.replaceAll(
  /(<!-- begin (\S+) ?(\S*) -->\n)([\s\S]*?)(<!-- end -->)/g,
  (whole, begin: string, kind: string, argument: string, _old: string, end: string) => {
    const content = BLOCKS[kind]?.(argument);
    return content === undefined ? whole : `${begin}${content}\n${end}`;
  },
);
if (!checkOnly) {
  writeFileSync(README, after);
} else if (before !== after) {
  console.error('README.md does not fit the settings or the examples: run pnpm readme');
  process.exitCode = 1;
}
