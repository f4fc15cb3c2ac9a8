import { mulberry32 } from '@boxwire/scenes/mulberry32';

/** The same numbers for the same seed: a find can be had again. From 0 to less than 1. */
export function createRandom(seed: number): () => number {
  const word = mulberry32(seed);
  return () => word() / 2 ** 32;
}

/** A whole number from 0 to less than `count`. */
export const below = (random: () => number, count: number) => Math.floor(random() * count);
