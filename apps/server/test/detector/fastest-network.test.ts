import { expect, test } from 'vitest';
import { fastestOf } from '../../src/detector/fastest-network.ts';

const size = { width: 32, height: 32 };
const input = new Uint8Array();

/** Networks that take as long as told, on a clock of their own. */
function scene(...costs: number[]) {
  let time = 0;
  const counts = costs.map(() => 0);
  const networks = costs.map((_, index) => ({
    classCount: 3,
    inputOrder: 'planes' as const,
    async run() {
      counts[index] = (counts[index] ?? 0) + 1;
      time += (costs[index] ?? 0) * (counts[index] === 1 ? 100 : 1);
      return Float32Array.of(index);
    },
  }));
  const [first, ...rest] = networks;
  if (!first) throw new Error('a network is needed');
  const network = fastestOf([first, ...rest], () => time);
  async function runs(count: number) {
    const before = [...counts];
    for (let i = 0; i < count; i++) await network.run(input, size, 0.25);
    return counts.map((now, index) => now - (before[index] ?? 0));
  }
  return { network, runs, costs };
}

test('all are tried, then the fastest runs', async () => {
  const { runs } = scene(26, 16);
  expect(await runs(12)).toEqual([6, 6]);
  expect(await runs(30)).toEqual([0, 30]);
});

test('a first run, which is slow, does not count', async () => {
  const { runs } = scene(16, 26);
  await runs(12);
  expect(await runs(30)).toEqual([30, 0]);
});

test('the others are tried again, and win when they have become faster', async () => {
  const { runs, costs } = scene(26, 16);
  expect(await runs(100)).toEqual([7, 93]);
  costs[1] = 60;
  const [first = 0, second = 0] = await runs(400);
  expect(first).toBeGreaterThan(350);
  expect(second).toBeGreaterThan(0);
});

test('a run that something came in between of changes nothing', async () => {
  const { runs, costs } = scene(26, 16);
  await runs(20);
  costs[1] = 1000;
  await runs(1);
  costs[1] = 16;
  expect(await runs(20)).toEqual([0, 20]);
});

test('images of all sizes count alike', async () => {
  let time = 0;
  const costs = [2, 1];
  const counts = [0, 0];
  const [a, b] = costs.map((cost, index) => ({
    classCount: 1,
    inputOrder: 'planes' as const,
    async run(_: Uint8Array, { width, height }: typeof size) {
      counts[index] = (counts[index] ?? 0) + 1;
      time += cost * width * height;
      return new Float32Array();
    },
  }));
  if (!a || !b) throw new Error('two networks are needed');
  const { run } = fastestOf([a, b], () => time);
  // What is tried first sees the small ones.
  for (let i = 0; i < 40; i++)
    await run(input, i < 6 ? { width: 32, height: 32 } : { width: 640, height: 640 }, 0);
  expect(counts).toEqual([6, 34]);
});

test('outputs and failures are those of the network that ran', async () => {
  const { network } = scene(1, 2);
  expect(network.classCount).toBe(3);
  expect(await network.run(input, size, 0)).toEqual(Float32Array.of(0));
  const broken = {
    classCount: 1,
    inputOrder: 'planes' as const,
    run: async () => {
      throw new Error('it broke');
    },
  };
  await expect(fastestOf([broken]).run(input, size, 0)).rejects.toThrow('it broke');
});
