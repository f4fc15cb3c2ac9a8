import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Where systems put a Chromium of their own. */
const SYSTEM_BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Whether a browser for the end-to-end tests is at hand; if not, tries Playwright's own, then Debian's package. */
export function findOrInstallBrowser(): boolean {
  if (hasSystemBrowser()) return true;
  console.log('\n=== no browser found, installing one');
  return (
    succeeds('pnpm', ['--dir', 'apps/web', 'exec', 'playwright', 'install', 'chromium']) ||
    (isDebianRoot() &&
      succeeds('apt-get', ['update', '-qq']) &&
      succeeds('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium']) &&
      hasSystemBrowser())
  );
}

function hasSystemBrowser(): boolean {
  return SYSTEM_BROWSERS.some((path) => existsSync(path));
}

function isDebianRoot(): boolean {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

function succeeds(command: string, args: string[]): boolean {
  return spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
}
