import { describe, expect, it } from 'vitest';
import { createRateMeter, leftMs } from '../../src/uploads/rate-meter.ts';

describe('createRateMeter', () => {
  it('says nothing while there is nothing to say', () => {
    const meter = createRateMeter();
    expect(meter.perSecond()).toBeUndefined();
    meter.note(0, 0);
    meter.note(10, 100);
    expect(meter.perSecond()).toBeUndefined();
  });

  it('measures the last seconds, not the time before', () => {
    const meter = createRateMeter();
    for (let second = 0; second <= 10; second++) meter.note(second * 1_000, second * 1_000);
    for (let second = 11; second <= 20; second++) meter.note(10_000 + (second - 10) * 50, second * 1_000);
    expect(meter.perSecond()).toBeCloseTo(50);
  });

  it('forgets what was before a stop', () => {
    const meter = createRateMeter();
    meter.note(0, 0);
    meter.note(1_000, 1_000);
    meter.reset();
    expect(meter.perSecond()).toBeUndefined();
  });
});

describe('leftMs', () => {
  it('is what the rest takes', () => {
    expect(leftMs(500, 100)).toBe(5_000);
    expect(leftMs(500, 0)).toBeUndefined();
    expect(leftMs(500, undefined)).toBeUndefined();
  });
});
