import { afterAll, beforeAll, expect, vi } from 'vitest';
import type { Answer } from '../../src/image/answer.ts';
import { createPictureDesk, type DeskDependencies } from '../../src/image/picture-desk.ts';
import type { Problem } from '../../src/problems/problem.ts';

const TIMES = { totalMs: 1, decodeMs: 0, queueMs: 0, preprocessMs: 0, inferenceMs: 0, postprocessMs: 0 };
export const ANSWER: Answer = {
  ...{ candidates: [], completeFrom: 0.05, sizePx: { width: 1, height: 1 }, model: 'm', times: TIMES },
};
export const PROBLEM: Problem = { title: 'No', advice: '', canRetry: true };

export const urls = new Set<string>();
const { createObjectURL, revokeObjectURL } = URL;
beforeAll(() => {
  let made = 0;
  URL.createObjectURL = () => {
    const url = `blob:${++made}`;
    urls.add(url);
    return url;
  };
  URL.revokeObjectURL = (url) => void urls.delete(url);
});
afterAll(() => void Object.assign(URL, { createObjectURL, revokeObjectURL }));

export const picture = (name: string, size = 3) =>
  new File([new Uint8Array(size)], name, { type: 'image/jpeg' });

/** A desk whose searches are answered by hand. */
export function setUp(overrides: Partial<DeskDependencies> = {}) {
  const calls: { name: string; signal: AbortSignal; answer: PromiseWithResolvers<Answer> }[] = [];
  const desk = createPictureDesk({
    searchOne(file, signal) {
      const answer = Promise.withResolvers<Answer>();
      calls.push({ name: file.name, signal, answer });
      signal.addEventListener('abort', () => answer.reject(signal.reason));
      return answer.promise;
    },
    searchBatch: async () => {},
    askForOverlap: async (_, iou) => ({ iou, detections: [] }),
    explain: async () => PROBLEM,
    ...overrides,
  });
  const phases = () => desk.getState().pictures.map(({ search }) => search.phase);
  const until = (...expected: string[]) => vi.waitFor(() => expect(phases()).toEqual(expected));
  const idOf = (index: number) => desk.getState().pictures[index]?.id ?? -1;
  return { desk, calls, phases, until, idOf };
}
