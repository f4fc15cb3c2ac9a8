import { expect, it } from 'vitest';
import { boxInFrame, fitPicture } from '../../src/detections/fit-picture.ts';

it('centres a wide picture between top and bottom', () => {
  const fit = fitPicture({ width: 200, height: 50 }, { width: 400, height: 400 });
  expect(fit).toEqual({ scale: 2, area: [0, 150, 400, 250] });
  expect(boxInFrame([10, 20, 200, 50], fit)).toEqual([20, 190, 400, 250]);
});

it('centres a high picture between left and right', () => {
  const fit = fitPicture({ width: 50, height: 100 }, { width: 100, height: 50 });
  expect(fit).toEqual({ scale: 0.5, area: [37.5, 0, 62.5, 50] });
});
