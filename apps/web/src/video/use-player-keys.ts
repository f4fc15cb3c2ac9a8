import { useEffect } from 'react';

/** What keys do to the player, wherever the focus is. */
export interface PlayerActions {
  toggle(): void;
  /** By so many seconds. */
  skip(seconds: number): void;
  /** To the next (1) or last (-1) picture of the file. */
  step(by: 1 | -1): void;
  /** To the next (1) or last (-1) analysed picture. */
  stepAnalysed(by: 1 | -1): void;
  toggleBoxes(): void;
  toggleMuted(): void;
  toggleFullScreen(): void;
}

/** The keys, for people. */
export const PLAYER_KEYS = [
  ['Space', 'play, pause'],
  ['← →', '5 seconds'],
  [', .', 'one picture'],
  ['[ ]', 'last, next analysed picture'],
  ['B', 'hide the boxes'],
  ['M', 'sound'],
  ['F', 'full screen'],
] as const;

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
};

/** Elements that have a use of their own for keys. */
const BUSY =
  'input:not([type=file], [type=checkbox]), select, textarea, [role=tab], [role=listbox], [role=slider]';
const PRESSED_BY_SPACE = 'button, summary, input';

/** @param enabled whether the player is in front */
export function usePlayerKeys(actions: PlayerActions, enabled: boolean): void {
  useEffect(() => {
    if (!enabled) return;
    function onKeyDown(event: KeyboardEvent) {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const action = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      const target = event.target instanceof Element ? event.target : undefined;
      if (!action || target?.closest(BUSY) || (event.key === ' ' && target?.closest(PRESSED_BY_SPACE)))
        return;
      event.preventDefault();
      action(actions);
    }
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [actions, enabled]);
}
