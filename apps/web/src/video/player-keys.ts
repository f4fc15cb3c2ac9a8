import type { KeyHelp } from '../keys/keys-dialog.tsx';
import type { KeyActions } from '../keys/use-key-actions.ts';

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

/** The keys for people. */
export const PLAYER_KEY_HELP: KeyHelp = [
  [['Space'], 'Play and pause'],
  [['←', '→'], '5 seconds back and on'],
  [[',', '.'], 'One frame back and on'],
  [['[', ']'], 'Previous and next analysed frame'],
  [['B'], 'Hide or show all boxes'],
  [['M'], 'Sound off and on'],
  [['F'], 'Full screen and back'],
  [['?'], 'This list'],
];

export const PLAYER_KEYS: KeyActions<PlayerActions> = {
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
