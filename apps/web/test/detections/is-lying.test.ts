import { expect, it } from 'vitest';
import { isLying } from '../../src/detections/is-lying.ts';

it.each([
  [[120, 80], [80, 120], true],
  [[80, 120], [80, 120], false],
  [[60, 40], [80, 120], false],
  [[80, 80], [80, 80], false],
] as const)('%j for %j: %s', ([width, height], [uprightWidth, uprightHeight], lying) =>
  expect(isLying({ width, height }, { width: uprightWidth, height: uprightHeight })).toBe(lying),
);
