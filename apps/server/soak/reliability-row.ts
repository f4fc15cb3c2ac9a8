import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** One line of the table in docs/reliability.md: what was done, and what was lost. */
export interface ReliabilityRow {
  readonly load: string;
  readonly faults: string;
  readonly lost: string;
  /** That does it again. */
  readonly command: string;
}

const REPORTS = fileURLToPath(new URL('../../../.reports/', import.meta.url));

/** Takes a line into the table that `pnpm readme` puts into docs/reliability.md; a line of the same name is replaced. */
export function noteRow(name: string, row: ReliabilityRow): void {
  mkdirSync(REPORTS, { recursive: true });
  const path = `${REPORTS}reliability.json`;
  const rows: Record<string, ReliabilityRow> = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
  rows[name] = row;
  writeFileSync(path, JSON.stringify(rows));
  const lines = Object.entries(rows)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(
      ([key, { load, faults, lost, command }]) =>
        `| ${key} | ${load} | ${faults} | ${lost} | \`${command}\` |`,
    );
  const head = ['| what | load held | faults and inputs | lost | again |', '| --- | --- | --- | --- | --- |'];
  writeFileSync(`${REPORTS}reliability.md`, [...head, ...lines].join('\n'));
}
