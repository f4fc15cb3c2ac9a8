// Runs a program, and again whenever something in the folders changes: `node dev.ts src/main.ts src ../other/src`.
// Unlike Node's own --watch it ends where the first start fails, so that `pnpm dev` does not go on without a server.
import { type ChildProcess, spawn } from 'node:child_process';
import { watch } from 'node:fs';

/** Editors and git change several files in one go. */
const SETTLE_MS = 100;

const [program = '', ...folders] = process.argv.slice(2);
let child: ChildProcess;
let isFirst = true;
let isStale = false;
let isToldToStop = false;

function start(): void {
  isStale = false;
  child = spawn(process.execPath, [program], { stdio: 'inherit' });
  child.once('exit', (code) => {
    // An end that was asked for is a clean one.
    if (isToldToStop) process.exit(0);
    if (isStale) return start();
    if (isFirst) process.exit(code ?? 1);
    console.error(`${program} has ended; it is started again when a file changes`);
  });
}

function restart(): void {
  isFirst = false;
  isStale = true;
  if (isRunning()) child.kill();
  else start();
}

function isRunning(): boolean {
  return child.exitCode === null && child.signalCode === null;
}

let settled: NodeJS.Timeout | undefined;
for (const folder of folders) {
  watch(folder, { recursive: true }, () => {
    clearTimeout(settled);
    settled = setTimeout(restart, SETTLE_MS);
  });
}
start();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    isToldToStop = true;
    if (isRunning()) child.kill(signal);
    else process.exit(0);
  });
}
