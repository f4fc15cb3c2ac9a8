import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { goodPictures } from '../hostile/pictures.ts';
import { below, createRandom } from '../hostile/random.ts';
import { goodVideos } from '../hostile/videos.ts';
import { LOCK_FILE } from '../src/uploads/lock-folder.ts';
import { belongings, childrenOf, type Life, startLife } from './life.ts';
import { startLoad } from './load.ts';
import { Tally } from './tally.ts';

export interface SoakOptions {
  readonly ms: number;
  readonly seed: number;
  /** For uploads; one folder within for each server. */
  readonly folder: string;
  readonly ports: readonly number[];
  /** Settings of the servers beside their ports and folders. */
  readonly env: Record<string, string>;
}

export interface SoakReport {
  readonly sent: number;
  readonly answered: number;
  readonly cancelled: number;
  readonly retryable: number;
  readonly faults: Readonly<Record<string, number>>;
  /** All that should be nothing, or flat. Empty when the soak went well. */
  readonly complaints: readonly string[];
}

const FAULT_EVERY_MS = 4000;
/** Servers are replaced in the first part; what they have is compared over the second. */
const FIRST_PART = 0.6;
/** Uploads of clients that were cut off expire. */
const UPLOAD_AGE_S = 20;
const QUIET_MS = 5000;
/** Until what has expired is swept away. */
const EXPIRY_MS = 30_000;
const MEMORY_GROWTH_MB = 150;
const HANDLE_GROWTH = 8;

/** Two servers under mixed load, with faults; what is left over at the end is told. */
export async function soak({ ms, seed, folder, ports, env }: SoakOptions): Promise<SoakReport> {
  const random = createRandom(seed);
  const uploadDirs = ports.map((port) => join(folder, `${port}`));
  const lives: Life[] = [];
  for (const [index, port] of ports.entries()) {
    const own = { UPLOAD_DIR: uploadDirs[index] ?? folder, UPLOAD_AGE: `${UPLOAD_AGE_S}`, WORKERS: '1' };
    lives.push(await startLife(port, { ...env, ...own }));
  }
  const tally = new Tally();
  const [{ jpeg = Buffer.alloc(0) }, { avi = Buffer.alloc(0) }] = [await goodPictures(), await goodVideos()];
  const options = { ports, picture: jpeg, clip: avi, random, tally };
  const faults: Record<string, number> = {};
  const complaints: string[] = [];
  const endsAt = performance.now() + ms;

  let load = startLoad(options);
  await injectFaults(lives, { until: endsAt - ms * (1 - FIRST_PART), random, faults, gentle: false });
  await load.stop();
  await sleep(QUIET_MS);
  const before = lives.map(({ pid }) => belongings(pid));
  load = startLoad(options);
  await injectFaults(lives, { until: endsAt, random, faults, gentle: true });
  await load.stop();
  await sleep(QUIET_MS);
  for (const [index, life] of lives.entries())
    complaints.push(...growth(before[index], belongings(life.pid)));
  await sleep(EXPIRY_MS);
  for (const life of lives) await life.stop().catch((error) => complaints.push(String(error)));
  for (const dir of uploadDirs) {
    const left = readdirSync(dir).filter((name) => name !== LOCK_FILE);
    if (left.length > 0) complaints.push(`${left.length} files are left of uploads`);
  }
  if (tally.unanswered > 0) complaints.push(`${tally.unanswered} requests were never answered`);
  complaints.push(...new Set(tally.lost));
  const { sent, answered, cancelled, retryable } = tally;
  return { sent, answered, cancelled, retryable: retryable.length, faults, complaints };
}

interface FaultOptions {
  readonly until: number;
  readonly random: () => number;
  readonly faults: Record<string, number>;
  /** Servers live on. */
  readonly gentle: boolean;
}

async function injectFaults(
  lives: readonly Life[],
  { until, random, faults, gentle }: FaultOptions,
): Promise<void> {
  const kinds = gentle ? (['decoder'] as const) : (['replace', 'crash', 'decoder'] as const);
  while (performance.now() < until) {
    const life = lives[below(random, lives.length)];
    const kind = kinds[below(random, kinds.length)] ?? 'decoder';
    faults[kind] = (faults[kind] ?? 0) + 1;
    if (kind === 'decoder') for (const pid of childrenOf(life?.pid ?? 0)) killIfThere(pid);
    else await life?.[kind]();
    await sleep(Math.min(FAULT_EVERY_MS, Math.max(0, until - performance.now())));
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself meanwhile.
  }
}

type Belongings = ReturnType<typeof belongings>;

function growth(before: Belongings, after: Belongings): string[] {
  if (!before || !after) return [];
  const complaints = [];
  if (after.children > before.children)
    complaints.push(`${after.children} decoders are left of ${before.children}`);
  if (after.handles > before.handles + HANDLE_GROWTH)
    complaints.push(`handles grew from ${before.handles} to ${after.handles}`);
  if (after.memoryMb > before.memoryMb + MEMORY_GROWTH_MB)
    complaints.push(`memory grew from ${before.memoryMb} to ${after.memoryMb} MB`);
  return complaints;
}
