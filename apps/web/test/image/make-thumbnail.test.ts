import { afterEach, expect, it, vi } from 'vitest';
import { makeThumbnail } from '../../src/image/make-thumbnail.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

it('decodes one picture at a time, and none that nobody wants any more', async () => {
  const decoded: string[] = [];
  const first = Promise.withResolvers<never>();
  vi.stubGlobal('createImageBitmap', async (file: File) => {
    decoded.push(file.name);
    if (file.name === 'a') await first.promise;
    throw new DOMException('not a picture', 'InvalidStateError');
  });
  const stop = new AbortController();
  const { signal } = new AbortController();
  const wanted = makeThumbnail(new File([], 'a'), signal);
  const unwanted = makeThumbnail(new File([], 'b'), stop.signal);
  const last = makeThumbnail(new File([], 'c'), signal);
  await vi.waitFor(() => expect(decoded).toEqual(['a']));
  stop.abort();
  first.reject(new Error('damaged'));
  expect(await Promise.all([wanted, unwanted, last])).toEqual([undefined, undefined, undefined]);
  expect(decoded).toEqual(['a', 'c']);
});
