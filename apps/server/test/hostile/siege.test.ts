// Hostile files through the doors of the real server, each through one; `pnpm hostile` sends more, through all.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer } from '../../bench/server-process.ts';
import { openCanary } from '../../hostile/canary.ts';
import { type Corpus, createCorpus } from '../../hostile/corpus.ts';
import { besiege } from '../../hostile/siege.ts';
import { noteRow } from '../../soak/reliability-row.ts';
import { temporaryFolder, writeSmallCheckpoint } from '../small-model.ts';

/** In MB. One picture of MAX_PIXELS may be in work on each worker. */
const MAX_PEAK = 2500;
/** By how much three more doors may leave it above what one left. */
const MAX_KEPT = 300;
const TIMEOUT_MS = 900_000;

const folder = temporaryFolder();
let server: Awaited<ReturnType<typeof startServer>>;
let canary: Awaited<ReturnType<typeof openCanary>>;
let corpus: Corpus;

beforeAll(async () => {
  canary = await openCanary();
  corpus = await createCorpus({
    pictureCuts: 6,
    pictureFlips: 2,
    videoFlips: 1,
    videoCuts: 3,
    seed: 7,
    address: canary.address,
  });
  const uploads = { UPLOAD_DIR: `${folder.path}/uploads` };
  server = await startServer({
    MODEL: writeSmallCheckpoint(folder.path),
    MODEL_DIR: folder.path,
    ...uploads,
  });
}, TIMEOUT_MS);
afterAll(async () => {
  canary?.close();
  await server?.stop();
  folder.remove();
});

test(
  'each gets its error, others get their boxes, memory comes back, and nothing is fetched',
  async () => {
    const report = await besiege(server, corpus, 'one');
    const { pictures, videos } = corpus;
    expect(report.complaints).toEqual([]);
    const all = pictures.length + videos.length;
    const sent = Object.values(report.sent).reduce((sum, count) => sum + count);
    expect([Object.keys(report.sent), sent]).toEqual([['unary', 'bidi', 'upload', 'cli'], all]);
    expect(report.others).toBeGreaterThan(20);
    if (report.memoryMb) {
      expect(report.memoryMb.peak).toBeLessThan(MAX_PEAK);
      expect(report.memoryMb.after - report.memoryMb.once).toBeLessThan(MAX_KEPT);
    } else
      console.warn('\nNOT TESTED: the memory that hostile files take, which is read from Linux’s /proc\n');
    expect(canary.calls).toBe(0);
    noteRow('hostile files', {
      load: `${report.others} calls of another client meanwhile`,
      faults: `${all} files, through four doors; ${report.refused} refused`,
      lost: 'nothing',
      command: 'pnpm --dir apps/server exec vitest run test/hostile/siege.test.ts',
    });
  },
  TIMEOUT_MS,
);
