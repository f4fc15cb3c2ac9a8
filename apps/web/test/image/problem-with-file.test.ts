import { describe, expect, it } from 'vitest';
import { problemWithFile } from '../../src/image/problem-with-file.ts';

describe('problemWithFile', () => {
  const file = { name: 'photo.jpg', size: 1_000, type: 'image/jpeg' };

  it('lets through what may be a picture', () => {
    expect(problemWithFile(file)).toBeUndefined();
    expect(problemWithFile({ ...file, type: '' })).toBeUndefined();
    expect(problemWithFile({ ...file, name: 'photo.heic' }), 'by its type').toBeUndefined();
  });

  it.each([
    [{ name: 'notes.txt', type: 'text/plain' }, 'That is not a picture', 'notes.txt was not sent'],
    [{ name: 'clip.mp4', type: 'video/mp4' }, 'That is a video', 'Open it in the Video tab'],
    [
      { name: 'photo.heic', type: 'image/heic' },
      'That format is not read',
      'photo.heic was not sent. Choose a JPEG',
    ],
    [{ name: 'photo.heif', type: 'image/heif' }, 'That format is not read', 'photo.heif was not sent'],
    [
      { name: 'burst.heics', type: 'image/heic-sequence' },
      'That format is not read',
      'burst.heics was not sent',
    ],
    [{ name: 'plan.svg', type: 'image/svg+xml' }, 'That format is not read', 'plan.svg was not sent'],
    [{ name: 'IMG_1.HEIC', type: '' }, 'That format is not read', 'IMG_1.HEIC was not sent'],
    [{ name: 'plan.svg', type: '' }, 'That format is not read', 'plan.svg was not sent'],
    [{ size: 0 }, 'The file is empty', 'Choose a JPEG'],
    [{ size: 300e6 }, 'The file is too large', 'It has 300 MB, and more than 256 MB is not sent.'],
  ])('holds back %o', (part, title, advice) => {
    const problem = problemWithFile({ ...file, ...part });
    expect(problem).toMatchObject({ title, canRetry: false });
    expect(problem?.advice).toContain(advice);
  });

  it.each([
    ['clip.mp4', 'video/mp4', 'video'],
    ['notes.txt', 'text/plain', undefined],
  ])('says where %s belongs', (name, type, tab) =>
    expect(problemWithFile({ ...file, name, type })?.belongsIn).toBe(tab),
  );
});
