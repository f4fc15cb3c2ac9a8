import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createToken, hashToken } from '../../src/access/token.ts';
import { temporaryFolder } from '../small-model.ts';

/** A file with one new token per name, removed when the test is over. */
export function writeTokens<const N extends string>(names: readonly N[], quotas = '') {
  const folder = temporaryFolder();
  onTestFinished(folder.remove);
  const tokens = Object.fromEntries(names.map((name) => [name, createToken()])) as Record<N, string>;
  const tokensFile = join(folder.path, 'tokens.txt');
  const write = (kept: readonly N[]) =>
    writeFileSync(
      tokensFile,
      kept.map((name) => `${name} sha256:${hashToken(tokens[name]).toString('hex')} ${quotas}\n`).join(''),
    );
  write(names);
  return { tokens, tokensFile, write };
}
