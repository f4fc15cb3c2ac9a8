import { useEffect } from 'react';
import type { KeyHelp } from '../keys/keys-dialog.tsx';
import { useSingleKeys } from '../keys/use-single-keys.ts';

/** What keys do to the player, wherever the focus is. */
export interface PlayerActions {
  toggle(): void;
  /** By so many seconds. */
  skip(seconds: number): void;
  /** To the next (1) or last (-1) picture of the file. */
  step(by: 1 | -1): void;
  /** To the next (1) or last (-1) analysed frame. */
  stepAnalysed(by: 1 | -1): void;
  toggleBoxes(): void;
  toggleMuted(): void;
  toggleFullScreen(): void;
  /** Lists the keys. */
  help(): void;
}

/** The keys, for people. */
export const PLAYER_KEYS: KeyHelp = [
  [['Space'], 'Play and pause'],
  [['←', '→'], '5 seconds back and on'],
  [[',', '.'], 'One frame back and on'],
  [['[', ']'], 'Previous and next analysed frame'],
  [['B'], 'Hide or show all boxes'],
  [['M'], 'Sound off and on'],
  [['F'], 'Full screen and back'],
  [['?'], 'This list'],
];

const KEYS: Readonly<Record<string, (actions: PlayerActions) => void>> = {
  ' ': (player) => player.toggle(),
  k: (player) => player.toggle(),
  ArrowLeft: (player) => player.skip(-5),
  ArrowRight: (player) => player.skip(5),
  ',': (player) => player.step(-1),
  '.': (player) => player.step(1),
  '[': (player) => player.stepAnalysed(-1),
  ']': (player) => player.stepAnalysed(1),
  b: (player) => player.toggleBoxes(),
  m: (player) => player.toggleMuted(),
  f: (player) => player.toggleFullScreen(),
  '?': (player) => player.help(),
};

/** Elements, and which keys they have a use of their own for; those that scripts handle are marked by these. */
const OWN_KEYS: readonly (readonly [elements: string, keys: RegExp])[] = [
  ['input:not([type=range], [type=checkbox], [type=file]), select, textarea', /./],
  ['input[type=range], section[tabindex]', /^Arrow/],
  ['button, summary, input:is([type=checkbox], [type=file]), section[tabindex]', /^ $/],
];

/** @param enabled whether the player is in front */
export function usePlayerKeys(actions: PlayerActions, enabled: boolean): void {
  const singleKeys = useSingleKeys();
  useEffect(() => {
    if (!enabled || !singleKeys) return;
    function onKeyDown(event: KeyboardEvent) {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const action = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      const { target } = event;
      const isOwn = OWN_KEYS.some(
        ([elements, keys]) =>
          keys.test(event.key) && target instanceof Element && target.closest(elements) !== null,
      );
      if (!action || isOwn) return;
      event.preventDefault();
      action(actions);
    }
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [actions, enabled, singleKeys]);
}
