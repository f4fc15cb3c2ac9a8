// Attacks a server of its own with hostile files: pnpm hostile [--flips N] [--seed N] [--out DIR]
// --out writes the files and does nothing else.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startServer } from '../bench/server-process.ts';
import { openCanary } from './canary.ts';
import { createCorpus } from './corpus.ts';
import { besiege } from './siege.ts';

const { values } = parseArgs({
  options: {
    flips: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string' },
  },
});
const flips = Number(values.flips);
const canary = await openCanary();
const options = {
  pictureFlips: flips,
  videoFlips: Math.ceil(flips / 4),
  videoCuts: flips,
  seed: Number(values.seed),
};
const corpus = await createCorpus({ ...options, address: canary.address });

if (values.out === undefined) await attack();
else write(values.out);
canary.close();

function write(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [index, { fileName, bytes }] of [...corpus.pictures, ...corpus.videos].entries()) {
    writeFileSync(join(folder, `${index}-${fileName}`), bytes);
  }
}

async function attack(): Promise<void> {
  const server = await startServer({ MODEL: 'demo' });
  try {
    const report = await besiege(server, corpus, 'all');
    console.log(JSON.stringify({ ...report, fetched: canary.calls }, null, 2));
    process.exitCode = report.complaints.length === 0 && canary.calls === 0 ? 0 : 1;
  } finally {
    await server.stop();
  }
}
