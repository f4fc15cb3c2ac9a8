import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** One line of the table in docs/reliability.md: what was done, and what was lost. */
export interface ReliabilityRow {
  readonly load: string;
  readonly faults: string;
  readonly lost: string;
  /** That does it again. */
  readonly command: string;
}

const ROWS = fileURLToPath(new URL('../../../.reports/reliability/', import.meta.url));

/** Leaves a line for the table; `pnpm readme` puts it into docs/reliability.md, in place of the one of the same name. */
export function noteRow(name: string, { load, faults, lost, command }: ReliabilityRow): void {
  mkdirSync(ROWS, { recursive: true });
  writeFileSync(`${ROWS}${name}.md`, `| ${name} | ${load} | ${faults} | ${lost} | \`${command}\` |`);
}
