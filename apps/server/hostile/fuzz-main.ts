// Fuzzes our own parsers, guided by coverage: pnpm fuzz [--runs N] [--seed N] [--target NAME]
// Finds are written to hostile/finds, where the tests try them ever after.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startCoverage } from './coverage.ts';
import { fuzz } from './fuzz.ts';
import { FUZZ_TARGETS } from './fuzz-targets.ts';
import { createRandom } from './random.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20000' },
    seed: { type: 'string', default: String(Date.now() % 1e6) },
    target: { type: 'string' },
  },
});
const coverage = await startCoverage((url) => url.includes('/apps/server/src/'));
const random = createRandom(Number(values.seed));
console.log(`seed ${values.seed}`);
for (const target of FUZZ_TARGETS) {
  if (values.target !== undefined && values.target !== target.name) continue;
  const { runs, kept, finds } = await fuzz(target, { runs: Number(values.runs), random, coverage });
  console.log(`${target.name}: ${runs} inputs, ${kept} kept for what they reached, ${finds.length} finds`);
  for (const { input, thrown } of finds) {
    const folder = fileURLToPath(new URL(`finds/${target.name}/`, import.meta.url));
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}${createHash('sha256').update(input).digest('hex').slice(0, 16)}.bin`, input);
    console.error(thrown);
    process.exitCode = 1;
  }
}
await coverage.stop();
