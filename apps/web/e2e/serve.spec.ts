// The process that serves the page: what it outlives, and what ends it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { freePort } from '../../server/bench/server-process.ts';
import { REPOSITORY } from './media.ts';

/** In place of all that Next may have to say. */
const TALKATIVE = '--import=data:text/javascript,setInterval(()=>console.error(1),50).unref()';

test('serves with a full log disk, until its terminal closes', async () => {
  test.skip(!existsSync('/dev/full'), 'there is no /dev/full here');
  const webPort = await freePort();
  const full = openSync('/dev/full', 'w');
  const child = spawn(process.execPath, ['serve.ts', 'start'], {
    cwd: `${REPOSITORY}apps/web`,
    env: { ...process.env, HOST: '127.0.0.1', WEB_PORT: `${webPort}`, NODE_OPTIONS: TALKATIVE },
    stdio: ['ignore', full, full],
  });
  try {
    const status = () =>
      fetch(`http://127.0.0.1:${webPort}/nowhere`).then(
        (answer) => answer.status,
        () => child.exitCode,
      );
    for (let i = 0; i < 3; i++) await expect.poll(status, { timeout: 25_000 }).toBe(404);
    const exit = once(child, 'exit');
    child.kill('SIGHUP');
    expect(await exit).toEqual([0, null]);
  } finally {
    child.kill('SIGKILL');
  }
});
