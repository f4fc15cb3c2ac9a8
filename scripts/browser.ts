import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

type Command = readonly [program: string, ...args: string[]];

/** What the search for a browser needs of a machine. */
export interface Machine {
  /** Whether packages of the system can be installed. */
  readonly hasApt: boolean;
  /** Others that have apt have no Chromium in it. */
  readonly isDebian: boolean;
  /** Whether the command succeeded. */
  run(command: Command): boolean;
  /** Whether the browser that the end-to-end tests would take starts. */
  canOpenBrowser(): boolean;
}

/** Whether there is a browser for the end-to-end tests, after installing one if need be. */
export function findOrInstallBrowser(machine = thisMachine()): boolean {
  if (machine.canOpenBrowser()) return true;
  console.log('\n=== no browser that starts was found, installing one');
  return waysToInstall(machine).some((commands) => commands.every(machine.run) && machine.canOpenBrowser());
}

/** The best one first: Debian's packages bring the libraries that they need, and one without windows starts pages faster. */
function waysToInstall({ hasApt, isDebian }: Machine): Command[][] {
  const debians = ['chromium-headless-shell', 'chromium'].map((name): Command[] => [
    ['apt-get', 'update', '-qq'],
    ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', name],
  ]);
  const options = hasApt ? ['--with-deps'] : [];
  const playwrights: Command = ['pnpm', '--dir', 'apps/web', 'exec', 'playwright', 'install', ...options];
  return [...(hasApt && isDebian ? debians : []), [[...playwrights, 'chromium']]];
}

function thisMachine(): Machine {
  const release = '/etc/os-release';
  return {
    hasApt: process.getuid?.() === 0 && existsSync('/usr/bin/apt-get'),
    isDebian: existsSync(release) && /^ID=debian$/m.test(readFileSync(release, 'utf8')),
    run: ([program, ...args]) =>
      spawnSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0,
    canOpenBrowser: () =>
      spawnSync(process.execPath, ['apps/web/e2e/open-browser.ts'], { stdio: 'ignore' }).status === 0,
  };
}
