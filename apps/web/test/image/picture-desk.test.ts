import { describe, expect, it, vi } from 'vitest';
import { FEW, SMALL_BYTES } from '../../src/image/plan-jobs.ts';
import { UploadRefusedError } from '../../src/image/problem-with-file.ts';
import type { BatchFollower, BatchMember } from '../../src/image/search-queue.ts';
import type { Problem } from '../../src/problems/problem.ts';
import { ANSWER, PROBLEM, picture, setUp, urls } from './desk-by-hand.ts';

describe('createPictureDesk', () => {
  it('searches two at a time, in order, and shows the first', async () => {
    const { desk, calls, phases, until } = setUp();
    desk.add([picture('a'), picture('b'), picture('c')]);
    expect(desk.getState().current?.file.name).toBe('a');
    expect(phases()).toEqual(['searching', 'searching', 'waiting']);
    calls[1]?.answer.resolve(ANSWER);
    await until('searching', 'found', 'searching');
    expect(calls.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  it('puts new pictures behind the others and in front of the eyes', () => {
    const { desk } = setUp();
    desk.add([picture('a')]);
    desk.add([picture('b'), picture('c')]);
    expect(desk.getState().pictures.map(({ file }) => file.name)).toEqual(['a', 'b', 'c']);
    expect(desk.getState().current?.file.name).toBe('b');
  });

  it('tells pictures of one name apart', () => {
    const { desk } = setUp();
    desk.add([picture('a/1.jpg'), picture('1.jpg')]);
    desk.add([picture('1.jpg')]);
    const names = desk.getState().pictures.map(({ file }) => file.name);
    expect(names).toEqual(['a/1.jpg', '1.jpg', '1 (2).jpg']);
  });

  it('does not send what is no picture', () => {
    const { desk, calls, phases } = setUp();
    desk.add([new File(['hello'], 'notes.txt', { type: 'text/plain' })]);
    expect(phases()).toEqual(['failed']);
    expect(calls).toEqual([]);
  });

  it('cancels the call, goes on with the next, and can begin again', async () => {
    const { desk, calls, until, idOf } = setUp();
    desk.add([picture('a'), picture('b'), picture('c')]);
    desk.cancel(idOf(0));
    expect(calls[0]?.signal.aborted).toBe(true);
    await until('cancelled', 'searching', 'searching');
    desk.retry(idOf(0));
    await until('waiting', 'searching', 'searching');
    calls[2]?.answer.resolve(ANSWER);
    await until('searching', 'searching', 'found');
    calls[3]?.answer.resolve(ANSWER);
    await until('found', 'searching', 'found');
  });

  it('never begins what was cancelled while it waited', async () => {
    const { desk, calls, until, idOf } = setUp();
    desk.add([picture('a'), picture('b'), picture('c'), picture('d')]);
    desk.cancel(idOf(2));
    calls[0]?.answer.resolve(ANSWER);
    await until('found', 'searching', 'cancelled', 'searching');
    expect(calls.map(({ name }) => name)).toEqual(['a', 'b', 'd']);
  });

  it('says why there is no answer, and asks again those alone that got none at all', async () => {
    const explain = async (error: unknown): Promise<Problem> =>
      error === 'gone' ? { ...PROBLEM, noAnswer: true } : PROBLEM;
    const { desk, calls, until } = setUp({ explain });
    desk.add([picture('a'), picture('b')]);
    calls[0]?.answer.reject('gone');
    calls[1]?.answer.reject('refused');
    await until('failed', 'failed');
    desk.retryUnanswered();
    await until('searching', 'failed');
  });

  it('searches again what failed, and not what would fail again', async () => {
    const explain = async (error: unknown) => ({ ...PROBLEM, canRetry: error === 'busy' });
    const { desk, calls, phases, until, idOf } = setUp({ explain });
    desk.add([picture('a'), picture('b'), picture('c')]);
    desk.cancel(idOf(2));
    calls[0]?.answer.reject('busy');
    calls[1]?.answer.reject('damaged');
    await until('failed', 'failed', 'cancelled');
    desk.retryFailed();
    expect(phases()).toEqual(['searching', 'failed', 'cancelled']);
  });

  it('takes a picture off, with its call and its address, and shows its neighbour', async () => {
    const { desk, calls, idOf } = setUp();
    urls.clear();
    desk.add([picture('a'), picture('b')]);
    desk.remove(idOf(0));
    expect(calls[0]?.signal.aborted).toBe(true);
    expect(desk.getState().current?.file.name).toBe('b');
    expect(urls.size).toBe(1);
    desk.clear();
    expect(desk.getState()).toEqual({ pictures: [], current: undefined });
    expect(urls.size).toBe(0);
    calls[1]?.answer.resolve(ANSWER);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(desk.getState().pictures).toEqual([]);
  });

  it('gives the videos away, and keeps the pictures', () => {
    const { desk, phases } = setUp();
    const video = new File(['x'], 'clip.mp4', { type: 'video/mp4' });
    desk.add([video, picture('a')]);
    expect(desk.takeFor('video')).toEqual([video]);
    expect(desk.getState().current?.file.name).toBe('a');
    expect(phases()).toEqual(['searching']);
    expect(desk.takeFor('video')).toEqual([]);
  });

  it('tells its listeners, until they leave', () => {
    const { desk } = setUp();
    const listener = vi.fn();
    const leave = desk.subscribe(listener);
    desk.add([picture('a')]);
    const times = listener.mock.calls.length;
    leave();
    desk.clear();
    expect(times).toBeGreaterThan(0);
    expect(listener).toHaveBeenCalledTimes(times);
  });

  describe('with many pictures', () => {
    const many = Array.from({ length: FEW + 1 }, (_, index) => picture(`${index}`));

    function setUpBatch() {
      const batches: { members: readonly BatchMember[]; follower: BatchFollower }[] = [];
      const end = Promise.withResolvers<void>();
      const set = setUp({
        searchBatch(members, follower) {
          batches.push({ members, follower });
          return end.promise;
        },
      });
      set.desk.add(many);
      return { ...set, batches, end };
    }

    it('follows each by itself', async () => {
      const { desk, batches, phases } = setUpBatch();
      const { follower, members } = batches[0] ?? expect.unreachable();
      expect(members).toHaveLength(many.length);
      follower.onSent(1, 0.5);
      expect(desk.getState().pictures[1]?.search).toEqual({ phase: 'searching', sent: 0.5 });
      follower.onAnswer(0, ANSWER);
      follower.onError(2, new Error('broken'));
      await vi.waitFor(() =>
        expect(phases().slice(0, 4)).toEqual(['found', 'searching', 'failed', 'waiting']),
      );
    });

    it('ends the search of one that is cancelled or removed, not of the others', () => {
      const { desk, batches, idOf } = setUpBatch();
      const { follower, members } = batches[0] ?? expect.unreachable();
      desk.cancel(idOf(1));
      desk.remove(idOf(2));
      expect(members.map(({ signal }) => signal.aborted).slice(0, 4)).toEqual([false, true, true, false]);
      follower.onAnswer(1, ANSWER);
      expect(desk.getState().pictures[1]?.search.phase).toBe('cancelled');
    });

    it('takes nothing from a search that was given up and begun again', () => {
      const { desk, batches, idOf } = setUpBatch();
      desk.cancel(idOf(1));
      desk.retry(idOf(1));
      batches[0]?.follower.onSent(1, 0.5);
      expect(desk.getState().pictures[1]?.search).not.toMatchObject({ sent: 0.5 });
    });

    it('asks one by one for small ones that the server takes no uploads of', async () => {
      const { batches, end, calls, phases, desk } = setUpBatch();
      const { follower } = batches[0] ?? expect.unreachable();
      for (const index of many.keys()) follower.onError(index, new UploadRefusedError({ cause: 'full' }));
      expect(phases()).toEqual(['searching', ...Array(FEW).fill('waiting')]);
      // What becomes of the others is nothing to them.
      end.reject(new Error('broken'));
      await vi.waitFor(() => expect(calls.map(({ name }) => name)).toEqual(['0', '1']));
      calls[0]?.answer.resolve(ANSWER);
      await vi.waitFor(() => expect(calls).toHaveLength(3));
      desk.clear();
    });

    it('says why the server takes no upload of a large one', async () => {
      const explain = vi.fn(async () => PROBLEM);
      const { desk, until } = setUp({
        explain,
        searchBatch: async (_, { onError }) => onError(0, new UploadRefusedError({ cause: 'full' })),
      });
      desk.add([picture('large', SMALL_BYTES + 1)]);
      await until('failed');
      expect(explain).toHaveBeenCalledWith('full');
    });

    it('gives all that are open the reason when the stream breaks', async () => {
      const { batches, end, phases } = setUpBatch();
      batches[0]?.follower.onAnswer(0, ANSWER);
      end.reject(new Error('broken'));
      await vi.waitFor(() => expect(phases()).toEqual(['found', ...Array(FEW).fill('failed')]));
    });
  });
});
