// Mixed load with random cancels and faults on two servers of its own: pnpm soak [--minutes N] [--seed N], or, with so
// many faults and no pause between them, pnpm storm [--faults N] [--seed N]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { freePort } from '../bench/server-process.ts';
import { noteRow } from './reliability-row.ts';
import { soak } from './soak.ts';
import { soakToRow } from './soak-row.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    faults: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1e6) },
  },
});
const { minutes, faults } = values;
const folder = mkdtempSync(join(tmpdir(), 'boxwire-soak-'));
console.log(`seed ${values.seed}`);
try {
  const ports = [await freePort(), await freePort()];
  const until = faults ? { faults: Number(faults) } : { ms: Number(minutes) * 60_000 };
  const report = await soak({ until, seed: Number(values.seed), folder, ports, onFault: console.log });
  console.log(JSON.stringify(report, null, 2));
  const [name, command] = faults
    ? ['storm', `pnpm storm --faults ${faults}`]
    : ['soak', `pnpm soak --minutes ${minutes}`];
  noteRow(name, { ...soakToRow(report, faults ? undefined : Number(minutes)), command });
  process.exitCode = report.complaints.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
