import { beforeAll, describe, expect, it } from 'vitest';
import type { Box } from '../../src/detections/detection.ts';
import { type BoxContext, drawBoxes, type Emphasis } from '../../src/detections/draw-boxes.ts';
import { planBoxes } from '../../src/detections/plan-boxes.ts';
import { detection } from './detection-fixture.ts';

const PICTURE = { width: 200, height: 100 };
const FRAME: Box = [0, 0, 400, 200];
const FIT = { scale: 2, area: FRAME };
const measure = (text: string) => ({ width: text.length * 6, height: 20 });

beforeAll(() => {
  // The page's typeface, which is all that is asked of a document here.
  Object.assign(globalThis, {
    document: { body: {} },
    getComputedStyle: () => ({ fontFamily: 'sans-serif' }),
  });
});

/** A context that writes down what is drawn. */
function recorder() {
  const drawn: { box: Box; alpha: number }[] = [];
  const texts: string[] = [];
  const context = {
    globalAlpha: 1,
    beginPath() {},
    fill() {},
    stroke() {},
    roundRect(left: number, top: number, width: number, height: number) {
      drawn.push({ box: [left, top, left + width, top + height], alpha: context.globalAlpha });
    },
    fillText(text: string) {
      texts.push(text);
    },
  };
  return { context: context as unknown as BoxContext, drawn, texts };
}

function draw(detections: ReturnType<typeof detection>[], emphasis?: Emphasis, fit = FIT) {
  const { context, drawn, texts } = recorder();
  drawBoxes(context, planBoxes(detections, PICTURE, fit.scale, measure), fit, FRAME, emphasis);
  return { drawn, texts };
}

const bus = detection({ id: 0, name: 'bus', confidence: 0.9, boxXyxy: [10, 30, 60, 80] });
const cat = detection({ id: 1, name: 'cat', confidence: 0.5, boxXyxy: [100, 30, 120, 50] });

describe('drawBoxes', () => {
  it('draws each box where the picture is, with its label', () => {
    const { drawn, texts } = draw([bus, cat]);
    expect(texts).toEqual(['bus 90%', 'cat 50%']);
    expect(drawn.map(({ box }) => box)).toEqual([
      [20, 60, 120, 160],
      [200, 60, 240, 100],
      [20, 40, 62, 60],
      [200, 40, 242, 60],
    ]);
  });

  it('leaves out what cannot be seen', () => {
    const moved: Box = [-300, 0, 100, 200];
    expect(draw([bus, cat], {}, { scale: 2, area: moved })).toEqual({ drawn: [], texts: [] });
  });

  it('lets the others step back behind the one that is pointed at, which comes last', () => {
    const { drawn, texts } = draw([bus, cat], { highlightedId: 0 });
    expect(texts).toEqual(['cat 50%', 'bus 90%']);
    expect(drawn[0]?.alpha).toBeLessThan(0.5);
    expect(drawn.at(-1)?.alpha).toBe(1);
  });

  it('leaves hardly anything of the others when one is isolated', () => {
    const { drawn, texts } = draw([bus, cat], { highlightedId: 0, isolated: true });
    expect(texts).toEqual(['bus 90%']);
    expect(drawn[0]?.alpha).toBeLessThan(0.2);
  });

  it('keeps the label of the one that is pointed at in sight', () => {
    const tall = detection({ id: 0, name: 'bus', boxXyxy: [10, 0, 60, 100] });
    const { drawn } = draw([tall], { highlightedId: 0 }, { scale: 20, area: [-100, -900, 3_900, 1_100] });
    const label = drawn[1]?.box;
    expect(label?.[1]).toBeGreaterThanOrEqual(0);
    expect(label?.[3]).toBeLessThanOrEqual(200);
  });
});
