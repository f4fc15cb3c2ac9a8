import { expect, it } from 'vitest';
import { findOrInstallBrowser } from '../../../scripts/browser.ts';

/** A machine on which a browser starts once a command with `cure` in it has run; with what was run. */
function machine(hasApt: boolean, isDebian: boolean, cure?: string, failing = 'nothing') {
  const commands: string[] = [];
  const run = (command: readonly string[]) => {
    commands.push(command.join(' '));
    return !command.includes(failing);
  };
  const canOpenBrowser = () => cure === undefined || commands.some((command) => command.includes(cure));
  return { commands, hasApt, isDebian, run, canOpenBrowser };
}

const APT = ['apt-get update -qq', 'apt-get install -y -qq --no-install-recommends chromium'];
const PLAYWRIGHT = 'pnpm --dir apps/web exec playwright install chromium';
const WITH_LIBRARIES = 'pnpm --dir apps/web exec playwright install --with-deps chromium';

it.each([
  ['one that starts already', machine(true, true), []],
  ['on Debian', machine(true, true, 'install -y'), APT],
  ['on Debian without its archive', machine(true, true, '--with-deps', 'update'), [APT[0], WITH_LIBRARIES]],
  ['on another system with apt', machine(true, false, '--with-deps'), [WITH_LIBRARIES]],
  ['without apt', machine(false, true, 'playwright'), [PLAYWRIGHT]],
])('finds a browser: %s', (_name, place, expected) => {
  expect(findOrInstallBrowser(place)).toBe(true);
  expect(place.commands).toEqual(expected);
});

it('does not take one for found that was installed and does not start', () => {
  const place = machine(true, true, 'no such command');
  expect(findOrInstallBrowser(place)).toBe(false);
  expect(place.commands).toEqual([...APT, WITH_LIBRARIES]);
});
