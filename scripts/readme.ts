// Fills the generated blocks of the documents: settings, examples, drawings, the benchmark. With --check it only
// says whether they fit.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import { SETTINGS } from '../apps/server/src/config.ts';

const DOCUMENTS = ['README.md', 'docs/architecture.md', 'docs/reliability.md'];
const checkOnly = process.argv.includes('--check');
const LANGUAGES: Record<string, string> = { '.ts': 'ts', '.py': 'python', '.mmd': 'mermaid' };

/** What a block holds, by its kind; `undefined` leaves it as it is. */
const BLOCKS: Record<string, (argument: string, old: string) => string | undefined> = {
  file: (path) => `\`\`\`${LANGUAGES[extname(path)]}\n${readFileSync(path, 'utf8').trimEnd()}\n\`\`\``,
  settings: settingsTable,
  // Measured on one machine, once: not to be checked against another's.
  report: (name) =>
    checkOnly || !existsSync(`.reports/${name}`)
      ? undefined
      : readFileSync(`.reports/${name}`, 'utf8').trimEnd(),
  rows: (name, old) => (checkOnly || !existsSync(`.reports/${name}`) ? undefined : withRows(old, name)),
};

function settingsTable(): string {
  const rows = Object.values(SETTINGS).map(
    ({ name, defaultText, unit, description }) =>
      `| \`${name}\` | ${defaultText}${unit && unit !== 'port' && /^\d/.test(defaultText) ? ` ${unit}` : ''} | ${description} |`,
  );
  return ['| variable | default | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

/** The table with what was measured since in place of its lines of the same name; the others stay. */
function withRows(table: string, name: string): string {
  const [head = '', rule = '', ...old] = table.trimEnd().split('\n');
  const measured = readdirSync(`.reports/${name}`).map((file) =>
    readFileSync(`.reports/${name}/${file}`, 'utf8'),
  );
  const rows = new Map([...old, ...measured].map((row) => [row.split(' | ', 1)[0] ?? '', row]));
  return [head, rule, ...Array.from(rows.values()).sort()].join('\n');
}

function fill(document: string): string {
  return document.replaceAll(
    /(<!-- begin (\S+) ?(\S*) -->\n)([\s\S]*?)(<!-- end -->)/g,
    (whole, begin: string, kind: string, argument: string, old: string, end: string) => {
      const content = BLOCKS[kind]?.(argument, old);
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
