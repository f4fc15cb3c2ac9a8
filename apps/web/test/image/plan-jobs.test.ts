import { describe, expect, it } from 'vitest';
import { BATCH, FEW, planJobs, SMALL_BYTES } from '../../src/image/plan-jobs.ts';

const files = (...sizes: number[]) => sizes.map((size) => ({ file: { size, type: 'image/png' } }));
const plan = (sizes: number[]) =>
  planJobs(files(...sizes)).map(({ inPieces, members }) => [inPieces, members.map(({ file }) => file.size)]);

describe('planJobs', () => {
  it('asks for a few small pictures one by one', () => {
    expect(plan([])).toEqual([]);
    expect(plan([1, 2])).toEqual([
      [false, [1]],
      [false, [2]],
    ]);
  });

  it('sends large ones in pieces, behind the small ones', () => {
    expect(plan([SMALL_BYTES + 1, SMALL_BYTES, 5e7])).toEqual([
      [false, [SMALL_BYTES]],
      [true, [SMALL_BYTES + 1, 5e7]],
    ]);
  });

  it.each(['', 'application/octet-stream'])('sends in pieces what may be a video: "%s"', (type) => {
    const [known, unknown] = [{ file: { size: 1, type: 'image/png' } }, { file: { size: 1, type } }];
    expect(planJobs([unknown, known])).toEqual([
      { inPieces: false, members: [known] },
      { inPieces: true, members: [unknown] },
    ]);
  });

  it('lets many share a stream, and very many several', () => {
    expect(plan(Array(FEW).fill(1))).toHaveLength(FEW);
    expect(plan(Array(FEW + 1).fill(1))).toEqual([[true, Array(FEW + 1).fill(1)]]);
    expect(plan(Array(BATCH + 1).fill(1))).toEqual([
      [true, Array(BATCH).fill(1)],
      [true, [1]],
    ]);
  });
});
