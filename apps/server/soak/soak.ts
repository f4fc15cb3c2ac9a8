import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeAvi } from '../../../packages/video/test/avi.ts';
import { goodPictures } from '../hostile/pictures.ts';
import { createRandom } from '../hostile/random.ts';
import { LOCK_FILE } from '../src/uploads/lock-folder.ts';
import { FAULTS } from './faults.ts';
import { injectFaults } from './inject.ts';
import { leftBehind } from './left-behind.ts';
import { startLoad } from './load.ts';
import { belongings } from './process-table.ts';
import { Stages } from './stages.ts';
import { Tally } from './tally.ts';
import { startTarget, type Target } from './targets.ts';

export interface SoakOptions {
  /** How long, or how many faults, one after the other. */
  readonly until: { readonly ms: number } | { readonly faults: number };
  readonly seed: number;
  /** For what the servers keep. */
  readonly folder: string;
  readonly ports: readonly number[];
  /** Told what happens, a line at a time. */
  readonly onFault: (line: string) => void;
}

export interface SoakReport {
  readonly sent: number;
  readonly answered: number;
  readonly cancelled: number;
  readonly retryable: number;
  /** Compared, byte by byte, with what was sent. */
  readonly uploads: number;
  readonly faults: Readonly<Record<string, number>>;
  /** All that should be nothing, or flat. Empty when the soak went well. */
  readonly complaints: readonly string[];
}

/** Between two faults of one server, where time is given. */
const PAUSE_MS = 1000;
/** Servers are killed in the first part; what they have is compared over the second. */
const FIRST_PART = 0.6;
/** Uploads of clients that were cut off expire, not before a client is back. */
const UPLOAD_AGE_MS = 12_000;
const QUIET_MS = 3000;
const MEMORY_GROWTH_MB = 150;
const HANDLE_GROWTH = 8;
const NEEDED = new RegExp(`^${LOCK_FILE}$|\\.onnx$`);
const CLIP = { name: 'clip.avi', frames: 40 };

/** Servers under mixed load, with faults; what is left over at the end is told. */
export async function soak({ until, seed, folder, ports, onFault }: SoakOptions): Promise<SoakReport> {
  const stages = new Stages();
  const complaints: string[] = [];
  const targets: Target[] = [];
  for (const [index, port] of ports.entries()) {
    const own = { port, folder: join(folder, `${port}`), seed: seed + 1 + index };
    const complain = (what: string) => void complaints.push(what);
    targets.push(await startTarget({ ...own, uploadAgeMs: UPLOAD_AGE_MS, stages, complain }));
  }
  const tally = new Tally(() => Math.max(...targets.map(({ life }) => life.killedAt)));
  const load = { servers: targets, ...(await files()), random: createRandom(seed), tally, stages };
  const faults: Record<string, number> = {};
  const progress = measure(until, faults);
  const pauseMs = 'ms' in until ? PAUSE_MS : 0;

  async function underLoad(isGentle: boolean, part: number) {
    const { stop } = startLoad(load);
    const isEnough = () => progress() >= part && (isGentle || isEachIn(faults));
    await injectFaults(targets, { stages, faults, isGentle, pauseMs, seed, onFault, isEnough });
    await stop();
    await sleep(QUIET_MS);
    return targets.map(({ life }) => belongings(life.pid));
  }

  const before = await underLoad(false, FIRST_PART);
  const after = await underLoad(true, 1);
  complaints.push(...before.flatMap((has, index) => growth(has, after[index])));
  complaints.push(...(await Promise.all(targets.map(remnants))).flat());
  if (tally.unanswered > 0) complaints.push(`${tally.unanswered} requests were never answered`);
  const { sent, answered, cancelled, retryable, uploads, lost } = tally;
  return {
    ...{ sent, answered, cancelled, retryable: retryable.length, uploads, faults },
    complaints: [...new Set([...complaints, ...lost])],
  };
}

/** Whether each fault that there is has struck. */
function isEachIn(faults: Readonly<Record<string, number>>): boolean {
  return FAULTS.every(({ name }) => faults[name]);
}

/** What clients send. */
async function files() {
  const { jpeg: picture = Buffer.alloc(0) } = await goodPictures();
  return { picture, clip: { ...CLIP, bytes: await writeAvi({ ...CLIP, width: 320, height: 240 }) } };
}

/** How much of it is done, from 0 to 1. */
function measure(until: SoakOptions['until'], faults: Readonly<Record<string, number>>): () => number {
  if ('faults' in until)
    return () => Object.values(faults).reduce((sum, count) => sum + count, 0) / until.faults;
  const begin = performance.now();
  return () => (performance.now() - begin) / until.ms;
}

/** What is there without need when the server was stopped, started and stopped again. */
async function remnants({ life, uploadDir, modelsDir }: Target): Promise<string[]> {
  await life.stop();
  await life.start();
  const folders = [uploadDir, modelsDir];
  const left = await Promise.all(folders.map((folder) => leftBehind(folder, NEEDED, 2 * UPLOAD_AGE_MS)));
  await life.stop();
  return [...left.flat().map((name) => `${name} is left`), ...life.complaints];
}

type Belongings = ReturnType<typeof belongings>;

function growth(before: Belongings, after: Belongings): string[] {
  if (!before || !after) return [];
  const complaints = [];
  if (after.decoders > 0) complaints.push(`${after.decoders} decoders are left`);
  if (after.handles > before.handles + HANDLE_GROWTH)
    complaints.push(`handles grew from ${before.handles} to ${after.handles}`);
  if (after.memoryMb > before.memoryMb + MEMORY_GROWTH_MB)
    complaints.push(`memory grew from ${before.memoryMb} to ${after.memoryMb} MB`);
  return complaints;
}
