import { describe, expect, it, vi } from 'vitest';
import type { AnnotationTask } from '../../src/video/annotate-video.ts';
import { createAnnotatedCopy } from '../../src/video/annotated-copy.ts';
import { analysedFrame } from './fixtures.ts';

const VIDEO = new File(['video'], 'clip.mov');
const MADE = new File(['made'], 'annotated-1.mp4');

function setUp() {
  const tasks: (AnnotationTask & PromiseWithResolvers<File>)[] = [];
  const services = {
    annotate: vi.fn((task: AnnotationTask) => {
      const outcome = Promise.withResolvers<File>();
      tasks.push({ ...task, ...outcome });
      return outcome.promise;
    }),
    save: vi.fn(),
    remove: vi.fn(async () => {}),
  };
  const copy = createAnnotatedCopy(services);
  const make = () => {
    const ended = copy.make(VIDEO, [analysedFrame(1)], 40);
    return { ended, task: tasks.at(-1) as (typeof tasks)[number] };
  };
  return { ...services, copy, make };
}

describe('createAnnotatedCopy', () => {
  it('tells how far it is, and hands the copy over', async () => {
    const { copy, make, save } = setUp();
    const { task, ended } = make();
    expect(copy.getState()).toEqual({ phase: 'making', share: 0 });
    task.onProgress(0.5);
    expect(copy.getState()).toEqual({ phase: 'making', share: 0.5 });
    task.resolve(MADE);
    await ended;
    expect(copy.getState()).toEqual({ phase: 'made' });
    expect(save).toHaveBeenCalledExactlyOnceWith('clip-boxes.mp4', MADE);
  });

  it('says why there is none', async () => {
    const { copy, make, save } = setUp();
    const { task, ended } = make();
    task.reject(new Error('This browser cannot decode hevc.'));
    await ended;
    expect(copy.getState()).toEqual({ phase: 'failed', problem: 'This browser cannot decode hevc.' });
    expect(save).not.toHaveBeenCalled();
  });

  it('hears no more of what was cancelled', async () => {
    const { copy, make, save, remove } = setUp();
    const { task, ended } = make();
    copy.cancel();
    expect(task.signal.aborted).toBe(true);
    task.onProgress(0);
    expect(copy.getState()).toBeUndefined();
    task.resolve(MADE);
    await ended;
    expect(copy.getState()).toBeUndefined();
    expect(save).not.toHaveBeenCalled();
    expect(remove).toHaveBeenCalledExactlyOnceWith(MADE);
  });

  it('lets nothing of a cancelled one into the next', async () => {
    const { copy, make } = setUp();
    const first = make();
    copy.cancel();
    const second = make();
    second.task.onProgress(0.25);
    first.task.reject(new Error('cancelled'));
    await first.ended;
    expect(copy.getState()).toEqual({ phase: 'making', share: 0.25 });
  });

  it('removes what it made when that is to be forgotten', async () => {
    const { copy, make, remove } = setUp();
    const { task, ended } = make();
    task.resolve(MADE);
    await ended;
    expect(remove).not.toHaveBeenCalled();
    copy.forget();
    expect(remove).toHaveBeenCalledExactlyOnceWith(MADE);
    expect(copy.getState()).toBeUndefined();
  });
});
