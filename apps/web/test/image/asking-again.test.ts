import { describe, expect, it } from 'vitest';
import type { DeskDependencies } from '../../src/image/picture-desk.ts';
import { ANSWER, PROBLEM, picture, setUp } from './desk-by-hand.ts';

describe('createPictureDesk', () => {
  describe('asked for what an answer does not hold', () => {
    it('adds the server’s word to the answer', async () => {
      const { desk, calls, idOf, until } = setUp();
      desk.add([picture('a')]);
      calls[0]?.answer.resolve(ANSWER);
      await until('found');
      const asked = desk.askAgain(idOf(0), 0.6);
      expect(desk.getState().current?.search).toMatchObject({ phase: 'found', again: 'asking' });
      await asked;
      expect(desk.getState().current?.search).toEqual({
        phase: 'found',
        answer: { ...ANSWER, suppressed: { iou: 0.6, detections: [] } },
      });
    });

    it('keeps the answer when that fails, and knows for which overlap', async () => {
      const { desk, calls, idOf, until } = setUp({ askForOverlap: () => Promise.reject(new Error('no')) });
      desk.add([picture('a')]);
      calls[0]?.answer.resolve(ANSWER);
      await until('found');
      await desk.askAgain(idOf(0), 0.6);
      const again = { iou: 0.6, problem: PROBLEM };
      expect(desk.getState().current?.search).toEqual({ phase: 'found', answer: ANSWER, again });
    });

    it('asks no longer when the picture is taken off', async () => {
      const signals: AbortSignal[] = [];
      const askForOverlap: DeskDependencies['askForOverlap'] = (_file, _iou, signal) => {
        signals.push(signal);
        return new Promise((_resolve, reject) => signal.addEventListener('abort', reject));
      };
      const { desk, calls, idOf, until } = setUp({ askForOverlap });
      desk.add([picture('a')]);
      calls[0]?.answer.resolve(ANSWER);
      await until('found');
      const asked = desk.askAgain(idOf(0), 0.6);
      desk.remove(idOf(0));
      await asked;
      expect(signals[0]?.aborted).toBe(true);
      expect(desk.getState().pictures).toEqual([]);
    });
  });

  describe('wanted with all that the filters ask for', () => {
    const CUT = { ...ANSWER, completeFrom: 0.5 };

    /** Two pictures with an answer each, the first of which holds too little. */
    async function setUpFound(askForOverlap: DeskDependencies['askForOverlap']) {
      const set = setUp({ askForOverlap });
      set.desk.add([picture('a'), picture('b')]);
      set.calls[0]?.answer.resolve(CUT);
      set.calls[1]?.answer.resolve(ANSWER);
      await set.until('found', 'found');
      return { ...set, ids: [set.idOf(0), set.idOf(1)] };
    }

    it('asks about those alone whose answer is beyond its limits', async () => {
      const asked: string[] = [];
      const { desk, ids } = await setUpFound(async ({ name }: Blob & { name?: string }, iou) => {
        asked.push(`${name} ${iou}`);
        return { iou, detections: [] };
      });
      expect((await desk.answersFor(ids, 0.5, 0.6)).map(({ answer }) => answer)).toEqual([CUT, ANSWER]);
      expect(asked).toEqual([]);
      const suppressed = { iou: 0.6, detections: [] };
      const found = await desk.answersFor(ids, 0.3, 0.6);
      expect(found.map(({ file, answer }) => [file.name, answer])).toEqual([
        ['a', { ...CUT, suppressed }],
        ['b', ANSWER],
      ]);
      await desk.answersFor(ids, 0.2, 0.6);
      expect(asked).toEqual(['a 0.6']);
    });

    it('waits for what is asked already, and asks for its own overlap then', async () => {
      const first = Promise.withResolvers<void>();
      const asked: number[] = [];
      const { desk, ids } = await setUpFound(async (_, iou) => {
        if (asked.push(iou) === 1) await first.promise;
        return { iou, detections: [] };
      });
      desk.askAgain(ids[0] ?? -1, 0.4);
      const found = desk.answersFor(ids, 0.3, 0.6);
      expect(asked).toEqual([0.4]);
      first.resolve();
      expect((await found)[0]?.answer.suppressed?.iou).toBe(0.6);
      expect(asked).toEqual([0.4, 0.6]);
    });

    it('says which one lacks something, and tries anew each time', async () => {
      let isAway = true;
      const { desk, ids } = await setUpFound(async (_, iou) => {
        if (isAway) throw new Error('away');
        return { iou, detections: [] };
      });
      for (const _ of [1, 2]) {
        const refusal = { fileName: 'a', problem: PROBLEM };
        await expect(desk.answersFor(ids, 0.3, 0.6)).rejects.toMatchObject(refusal);
      }
      isAway = false;
      await expect(desk.answersFor(ids, 0.3, 0.6)).resolves.toHaveLength(2);
    });

    it('leaves out what is taken off meanwhile', async () => {
      const { desk, ids } = await setUpFound(
        (_file, _iou, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', reject)),
      );
      const found = desk.answersFor(ids, 0.3, 0.6);
      desk.remove(ids[0] ?? -1);
      expect((await found).map(({ file }) => file.name)).toEqual(['b']);
    });
  });
});
