// Mixed load with random cancels and faults on two servers of its own: pnpm soak [--minutes N] [--seed N]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { freePort } from '../bench/server-process.ts';
import { noteRow } from './reliability-row.ts';
import { soak } from './soak.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    seed: { type: 'string', default: String(Date.now() % 1e6) },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'boxwire-soak-'));
console.log(`seed ${values.seed}`);
try {
  const ports = [await freePort(), await freePort()];
  const options = { ms: Number(values.minutes) * 60_000, seed: Number(values.seed), folder, ports };
  const report = await soak({ ...options, env: { MODEL: 'demo' } });
  console.log(JSON.stringify(report, null, 2));
  noteRow('soak', {
    load: `${report.sent} requests in ${values.minutes} minutes, two servers`,
    faults: [...Object.entries(report.faults), ['cancels', report.cancelled]]
      .map((pair) => pair.join(' '))
      .join(', '),
    lost: report.complaints.join('; ') || `nothing; ${report.retryable} said: try again`,
    command: `pnpm soak --minutes ${values.minutes}`,
  });
  process.exitCode = report.complaints.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
