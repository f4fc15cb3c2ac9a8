import type { Model } from './model.ts';
import { createFeeds } from './onnx/image-tensor.ts';
import { openSession } from './onnx/open-session.ts';

/** Small, since large networks take seconds for a picture; a multiple of every stride, of which 128 is the largest. */
const SIZE = { width: 384, height: 256 };
const GREY = new Uint8Array(3 * SIZE.width * SIZE.height).fill(128);
/** What callers ask for who say nothing. */
const CONFIDENCE = 0.25;
/** One more to warm up. */
const ROUNDS = 7;

/**
 * How many times as fast as the first model the second runs here, on one thread: the median over rounds in which
 * both run in turn, so that other work on the machine hits both.
 */
export async function measureSpeedup(model: Model, other: Model): Promise<number> {
  const [first, second] = [await open(model), await open(other)];
  try {
    const ratios: number[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const ratio = (await timed(first)) / (await timed(second));
      if (round > 0) ratios.push(ratio);
    }
    return ratios.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] as number;
  } finally {
    await Promise.all([first, second].map(({ session }) => session.release()));
  }
}

async function open(model: Model) {
  const session = await openSession(model, 1);
  return { session, feeds: createFeeds(model)(GREY, SIZE, CONFIDENCE) };
}

async function timed({ session, feeds }: Awaited<ReturnType<typeof open>>): Promise<number> {
  const startedAt = performance.now();
  await session.run(feeds);
  return performance.now() - startedAt;
}
