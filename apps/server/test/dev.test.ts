// How `pnpm dev` runs the server: what ends it, and what starts it again.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from './small-model.ts';

const HOME = new URL('..', import.meta.url);
const PATH = `${dirname(process.execPath)}:${process.env.PATH}`;

test('a bad setting ends pnpm dev with one line', async () => {
  const { scripts } = JSON.parse(readFileSync(new URL('package.json', HOME), 'utf8'));
  const child = spawn('/bin/sh', ['-c', `exec env ${scripts.dev}`], {
    cwd: HOME,
    env: { NODE_ENV: 'test', PATH, GRPC_PORT: 'abc' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [err, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  expect({ code, err }).toEqual({
    code: 1,
    err: 'GRPC_PORT is "abc", allowed is a whole number from 0 to 65535\n',
  });
});

test('a program is started again when a file changes, and one that then fails is waited for', async () => {
  const { path, remove } = temporaryFolder();
  onTestFinished(remove);
  const program = join(path, 'main.mjs');
  const stays = (word: string) => `console.log('${word}'); setInterval(() => {}, 1e6);`;
  writeFileSync(program, stays('one'));
  const child = spawn(process.execPath, [fileURLToPath(new URL('dev.ts', HOME)), program, path], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const words = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const errors = createInterface({ input: child.stderr })[Symbol.asyncIterator]();
  expect((await words.next()).value).toBe('one');
  writeFileSync(program, stays('two'));
  expect((await words.next()).value).toBe('two');
  writeFileSync(program, 'process.exit(1)');
  expect((await errors.next()).value).toBe(`${program} has ended; it is started again when a file changes`);
  writeFileSync(join(path, 'other.txt'), '');
  expect((await errors.next()).value).toMatch(/has ended/);
  writeFileSync(program, stays('three'));
  expect((await words.next()).value).toBe('three');
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
});
