import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { toRealTime } from '../src/real-time.ts';
import { canBeRealTime, NORMAL, REAL_TIME, schedulingOf } from './scheduling.ts';

function startIdle(program: string, args: readonly string[]): ChildProcess & { pid: number } {
  const child = spawn(program, args, { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child as ChildProcess & { pid: number };
}

// What the server makes of it: see main.test.ts.
describe.skipIf(process.platform !== 'linux')('a process', () => {
  test.skipIf(!canBeRealTime)('gets the lowest priority of real time', async () => {
    const { pid } = startIdle('sleep', ['60']);
    expect(schedulingOf(pid)).toEqual(NORMAL);
    expect(await toRealTime({ pid, cores: 2 })).toBe(true);
    expect(schedulingOf(pid)).toEqual(REAL_TIME);
  });

  test('does not where there is one core', async () => {
    const { pid } = startIdle('sleep', ['60']);
    expect(await toRealTime({ pid, cores: 1 })).toBe(false);
    expect(schedulingOf(pid)).toEqual(NORMAL);
  });

  test('nor where the system says no', async () => {
    const child = startIdle('true', []);
    await once(child, 'exit');
    expect(await toRealTime({ pid: child.pid, cores: 2 })).toBe(false);
  });

  test('nor where there is no util-linux', async () => {
    const { pid } = startIdle('sleep', ['60']);
    vi.stubEnv('PATH', '/nowhere');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await toRealTime({ pid, cores: 2 })).toBe(false);
  });
});
