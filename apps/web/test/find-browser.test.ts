import { expect, it } from 'vitest';
import { findOrInstallBrowser } from '../../../scripts/browser.ts';

/** A machine on which a browser starts once `cure` was run, and `failing` fails; with what was run. */
function machine(hasApt: boolean, isDebian: boolean, cure?: string, failing = 'nothing') {
  const commands: string[] = [];
  const run = (command: readonly string[]) => {
    commands.push(command.join(' '));
    return command.join(' ') !== failing;
  };
  const canOpenBrowser = () => cure === undefined || commands.includes(cure);
  return { commands, hasApt, isDebian, run, canOpenBrowser };
}

const UPDATE = 'apt-get update -qq';
const SHELL = 'apt-get install -y -qq --no-install-recommends chromium-headless-shell';
const CHROMIUM = 'apt-get install -y -qq --no-install-recommends chromium';
const PLAYWRIGHT = 'pnpm --dir apps/web exec playwright install chromium';
const WITH_LIBRARIES = 'pnpm --dir apps/web exec playwright install --with-deps chromium';

it.each([
  ['one that starts already', machine(true, true), []],
  ['on Debian', machine(true, true, SHELL), [UPDATE, SHELL]],
  ['on an older Debian', machine(true, true, CHROMIUM, SHELL), [UPDATE, SHELL, UPDATE, CHROMIUM]],
  [
    'on Debian without its archive',
    machine(true, true, WITH_LIBRARIES, UPDATE),
    [UPDATE, UPDATE, WITH_LIBRARIES],
  ],
  ['on another system with apt', machine(true, false, WITH_LIBRARIES), [WITH_LIBRARIES]],
  ['without apt', machine(false, true, PLAYWRIGHT), [PLAYWRIGHT]],
])('finds a browser: %s', (_name, place, expected) => {
  expect(findOrInstallBrowser(place)).toBe(true);
  expect(place.commands).toEqual(expected);
});

it('does not take one for found that was installed and does not start', () => {
  const place = machine(true, true, 'no such command');
  expect(findOrInstallBrowser(place)).toBe(false);
  expect(place.commands).toEqual([UPDATE, SHELL, UPDATE, CHROMIUM, WITH_LIBRARIES]);
});
