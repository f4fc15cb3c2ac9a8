import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { childrenOf } from '../soak/process-table.ts';
import type { Corpus } from './corpus.ts';
import { bidiDoor, cliDoor, openClients, unaryDoor, uploadDoor } from './doors.ts';
import type { HostileFile } from './hostile-file.ts';
import { complaintAbout, type Verdict } from './verdict.ts';

export interface SiegeReport {
  /** Files sent, by door. */
  readonly sent: Readonly<Record<string, number>>;
  readonly refused: number;
  /** Everything that was not as it should be. */
  readonly complaints: readonly string[];
  /** Calls of another client that were answered meanwhile. */
  readonly others: number;
  /**
   * Resident memory of the server and its decoders in MB: when the first door had seen its pictures, at its highest, and when all was over.
   * What it keeps to use again and what allocators hold is there by the first; what grows from then on is lost.
   * Absent where there is no /proc.
   */
  readonly memoryMb?: { readonly once: number; readonly peak: number; readonly after: number };
}

/** Through which doors a file goes: all that it fits, or one of them, each in turn. */
export type Doors = 'all' | 'one';

/** Sends every file through the doors that it fits, while another client wants its boxes. */
export async function besiege(
  server: { port: number; pid: number },
  corpus: Corpus,
  doors: Doors,
): Promise<SiegeReport> {
  const clients = openClients(server.port);
  const { pictures, videos } = corpus;
  const all = [...pictures, ...videos];
  const share = (files: readonly HostileFile[], turn: number, of: number) =>
    files.filter((_, index) => doors === 'all' || index % of === turn);
  const expected = new Map(all.map(({ name, expected }) => [name, expected]));
  const complaints: string[] = [];
  const sent: Record<string, number> = {};
  let refused = 0;
  const note = (verdict: Verdict) => {
    sent[verdict.door] = (sent[verdict.door] ?? 0) + 1;
    if (verdict.outcome === 'error') refused++;
    // What a video is as a picture, and the other way round, nobody says beforehand.
    const complaint = complaintAbout(verdict, expected.get(verdict.file) ?? 'either');
    if (complaint) complaints.push(complaint);
  };

  const other = keepCalling(server.port, corpus.good);
  await other.answered(3);
  const idle = memoryMb(server.pid, 'VmRSS');
  let once: number | undefined;
  for (const [door, files] of [
    [unaryDoor(clients), share(pictures, 0, 4)],
    [bidiDoor(clients), share(pictures, 1, 4)],
    [uploadDoor(clients), [...share(pictures, 2, 4), ...share(videos, 0, 2)]],
    [cliDoor(server.port), [...share(pictures, 3, 4), ...share(videos, 1, 2)]],
  ] as const) {
    let verdicts = 0;
    for await (const verdict of await door(files)) {
      note(verdict);
      verdicts++;
    }
    if (verdicts !== files.length) complaints.push(`${files.length} files were sent, ${verdicts} answered`);
    once ??= idle && (await settledMemoryMb(server.pid, idle));
  }
  const others = await other.stop();
  complaints.push(...others.failures);
  clients.close();
  const after = once && (await settledMemoryMb(server.pid, once));
  const peak = memoryMb(server.pid, 'VmHWM');
  const memory = once && peak && after ? { memoryMb: { once, peak, after } } : {};
  return { sent, refused, complaints, others: others.answered, ...memory };
}

/** Another client: one call after the other, each of which must be answered. */
function keepCalling(port: number, data: Buffer) {
  const { predictions, close } = openClients(port);
  const failures: string[] = [];
  let [answered, stopped] = [0, false];
  const done = (async () => {
    while (!stopped) {
      await predictions.predictSingleImage({ data }).then(
        () => answered++,
        (error) => failures.push(`another client's call failed: ${error}`),
      );
      await sleep(20);
    }
  })();
  return {
    async answered(count: number) {
      while (answered < count && failures.length === 0) await sleep(20);
    },
    async stop() {
      stopped = true;
      await done;
      close();
      return { answered, failures };
    },
  };
}

function memoryMb(pid: number, field: 'VmRSS' | 'VmHWM'): number | undefined {
  try {
    const line = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    if (!line) return undefined;
    const own = Math.round(Number(line[1]) / 1024);
    return childrenOf(pid).reduce((sum, child) => sum + (memoryMb(child, field) ?? 0), own);
  } catch {
    return undefined;
  }
}

const SETTLE_MS = 250;
const SETTLE_TRIES = 40;

/** Allocators give memory back when they like; it is looked at until it is near `before`, or for ten seconds. */
async function settledMemoryMb(pid: number, before: number): Promise<number | undefined> {
  let now = memoryMb(pid, 'VmRSS');
  for (let tries = 0; tries < SETTLE_TRIES && now !== undefined && now > before * 1.2; tries++) {
    await sleep(SETTLE_MS);
    now = memoryMb(pid, 'VmRSS');
  }
  return now;
}
