// Fills the generated blocks of the documents: settings, examples, the drawing, the benchmarks. With --check it only
// reports whether they are up to date.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import { SETTINGS } from '../apps/server/src/settings.ts';
import { benchSummary } from './bench-summary.ts';

const DOCUMENTS = ['README.md', 'docs/architecture.md', 'docs/reliability.md'];
const checkOnly = process.argv.includes('--check');
const LANGUAGES: Record<string, string> = { '.ts': 'ts', '.py': 'python', '.mmd': 'mermaid' };

/** The settings' subjects, each with the first of its variables. */
const SUBJECTS: Record<string, string> = {
  HOST: 'Addresses',
  TOKENS_FILE: 'Access',
  MODEL: 'Model and images',
  UPLOAD_DIR: 'Uploads and videos',
  MAX_CONNECTIONS: 'Connections',
  SHUTDOWN_GRACE: 'Shutdown and log',
  HTTPS_PROXY: 'Proxy',
};
const BYTE_UNITS = { GiB: 2 ** 30, MiB: 2 ** 20 };

/** What a block holds, by its kind; `undefined` leaves it as it is. */
const BLOCKS: Record<string, (argument: string, old: string, document: string) => string | undefined> = {
  file: (path) => `\`\`\`${LANGUAGES[extname(path)]}\n${readFileSync(path, 'utf8').trimEnd()}\n\`\`\``,
  settings: settingsTable,
  // Measured on one machine, once, so it cannot be checked on another.
  report: (name) =>
    checkOnly || !existsSync(`.reports/${name}`)
      ? undefined
      : readFileSync(`.reports/${name}`, 'utf8').trimEnd(),
  summary: (name, _, document) => benchSummary(blockOf(document, `report ${name}`)),
  rows: (name, old) => (checkOnly || !existsSync(`.reports/${name}`) ? undefined : withRows(old, name)),
};

function settingsTable(): string {
  const rows = Object.values(SETTINGS).flatMap(({ name, defaultText, unit, description }) => {
    const row = `| \`${name}\` | ${withUnit(defaultText, unit)} | ${description} |`;
    const subject = SUBJECTS[name];
    return subject ? [`| **${subject}** | | |`, row] : [row];
  });
  return ['| variable | default | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

function withUnit(defaultText: string, unit = 'port'): string {
  if (unit === 'port' || !/^\d/.test(defaultText)) return defaultText;
  const bytes = unit === 'bytes' ? Number(defaultText) : Number.NaN;
  const [name, size] = Object.entries(BYTE_UNITS).find(([, size]) => bytes % size === 0) ?? [unit, 1];
  return `${Number(defaultText) / size} ${name}`;
}

function blockOf(document: string, name: string): string {
  return document.split(`<!-- begin ${name} -->\n`)[1]?.split('<!-- end -->')[0] ?? '';
}

/** The table with newly measured rows in place of those of the same name; the others stay. */
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
      const content = BLOCKS[kind]?.(argument, old, document);
      return content === undefined ? whole : `${begin}${content}\n${end}`;
    },
  );
}

for (const path of DOCUMENTS) {
  const before = readFileSync(path, 'utf8');
  // Twice: the summary is made from the report that the first pass fills in.
  const after = fill(fill(before));
  if (!checkOnly) {
    writeFileSync(path, after);
  } else if (before !== after) {
    console.error(`${path} is out of date with the settings, the examples or the drawing: run pnpm readme`);
    process.exitCode = 1;
  }
}
