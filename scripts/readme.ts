// Fills the generated blocks of the documents: settings, examples, drawings, the benchmark. With --check it only
// says whether they fit.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import { SETTINGS } from '../apps/server/src/config.ts';

const DOCUMENTS = ['README.md', 'docs/architecture.md', 'docs/reliability.md'];
const checkOnly = process.argv.includes('--check');
const LANGUAGES: Record<string, string> = { '.ts': 'ts', '.py': 'python', '.mmd': 'mermaid' };

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

function fill(document: string): string {
  return document.replaceAll(
    /(<!-- begin (\S+) ?(\S*) -->\n)([\s\S]*?)(<!-- end -->)/g,
    (whole, begin: string, kind: string, argument: string, _old: string, end: string) => {
      const content = BLOCKS[kind]?.(argument);
      return content === undefined ? whole : `${begin}${content}\n${end}`;
    },
  );
}

for (const path of DOCUMENTS) {
  const before = readFileSync(path, 'utf8');
  const after = fill(before);
  if (!checkOnly) {
    writeFileSync(path, after);
  } else if (before !== after) {
    console.error(`${path} does not fit the settings, the examples or the drawing: run pnpm readme`);
    process.exitCode = 1;
  }
}
