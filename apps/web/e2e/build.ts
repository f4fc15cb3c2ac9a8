import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const BUILT = '.next/BUILD_ID';
const SOURCES = ['src', 'package.json', 'next.config.ts', 'tsconfig.json'];

/** The tests look at the production build: makes it, unless it is there and newer than its sources. */
export default function build(): void {
  if (existsSync(BUILT) && SOURCES.every((source) => newestMs(source) < statSync(BUILT).mtimeMs)) return;
  const { status } = spawnSync('node_modules/.bin/next', ['build'], {
    stdio: 'inherit',
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
  });
  if (status !== 0) throw new Error('the production build failed');
}

function newestMs(path: string): number {
  const files = statSync(path).isDirectory() ? readdirSync(path, { recursive: true, encoding: 'utf8' }) : [];
  return Math.max(statSync(path).mtimeMs, ...files.map((file) => statSync(join(path, file)).mtimeMs));
}
