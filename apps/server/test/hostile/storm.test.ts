// Two servers under load whose decoders, workers and processes are killed, at every stage that there is.
import { expect, test } from 'vitest';
import { freePort } from '../../bench/server-process.ts';
import { FAULTS } from '../../soak/faults.ts';
import { noteRow } from '../../soak/reliability-row.ts';
import { soak } from '../../soak/soak.ts';
import { soakToRow } from '../../soak/soak-row.ts';
import { temporaryFolder } from '../small-model.ts';

const TIMEOUT_MS = 600_000;
/** Each that there is at least once, and some to spare for those that find nothing to strike; `pnpm storm` has hundreds. */
const FAULT_COUNT = 26;

const isLinux = process.platform === 'linux';
if (!isLinux) console.warn('\nNOT TESTED: what is killed under load, which is found in Linux’s /proc\n');

test.skipIf(!isLinux)(
  'whatever is killed under load: each request is answered or may be tried again, uploads are whole, nothing is left over',
  async () => {
    const folder = temporaryFolder();
    const seed = Date.now() % 1e6;
    console.log(`again: pnpm storm --faults ${FAULT_COUNT} --seed ${seed}`);
    const ports = [await freePort(), await freePort()];
    const until = { faults: FAULT_COUNT };
    const told: string[] = [];
    const onFault = (line: string) => void told.push(line);
    const report = await soak({ until, seed, folder: folder.path, ports, onFault });
    folder.remove();
    expect(report.complaints, told.join('\n')).toEqual([]);
    expect(Object.keys(report.faults).sort()).toEqual(FAULTS.map(({ name }) => name).sort());
    expect(report.answered).toBeGreaterThan(FAULT_COUNT);
    expect(report.uploads).toBeGreaterThan(0);
    const command = 'pnpm --dir apps/server exec vitest run test/hostile/storm.test.ts';
    noteRow('storm, short', { ...soakToRow(report), command });
  },
  TIMEOUT_MS,
);
