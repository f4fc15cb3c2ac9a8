import type { Coverage } from './coverage.ts';
import { below } from './random.ts';

/** A parser of ours, and what it may do with whatever it is given. */
export interface FuzzTarget {
  readonly name: string;
  /** Good inputs to begin with. */
  readonly seeds: readonly Uint8Array[];
  /** Pieces of the format, to be strewn in. */
  readonly words: readonly Uint8Array[];
  parse(input: Uint8Array): unknown;
  /** Whether what was thrown is an error that was made for callers. */
  isFair(thrown: unknown): boolean;
}

export interface Find {
  readonly target: string;
  readonly input: Uint8Array;
  readonly thrown: unknown;
}

export interface FuzzReport {
  readonly runs: number;
  /** Inputs that reached something new. */
  readonly kept: number;
  readonly finds: readonly Find[];
}

interface FuzzOptions {
  readonly runs: number;
  readonly random: () => number;
  readonly coverage: Coverage;
}

const MAX_BYTES = 2 ** 16;
/** Inputs between two looks at the coverage, which takes far longer than a run. */
const BATCH = 16;

/**
 * Changes inputs, and keeps those that reach what none before reached. Coverage is looked at a batch at a time: where
 * a batch reached something new, its inputs are all kept, and the useless among them cost little.
 */
export async function fuzz(target: FuzzTarget, { runs, random, coverage }: FuzzOptions): Promise<FuzzReport> {
  const corpus = [...target.seeds];
  const finds = new Map<string, Find>();
  for (const seed of target.seeds) tryOne(target, seed, finds);
  await coverage.look();
  let kept = 0;
  for (let done = 0; done < runs; done += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, runs - done) }, () =>
      mutate(corpus, target.words, random),
    );
    for (const input of batch) tryOne(target, input, finds);
    if ((await coverage.look()) === 0) continue;
    corpus.push(...batch);
    kept += batch.length;
  }
  return { runs, kept, finds: [...finds.values()] };
}

/** One find for each place in the code. */
function tryOne(target: FuzzTarget, input: Uint8Array, finds: Map<string, Find>): void {
  try {
    target.parse(input);
  } catch (thrown) {
    if (target.isFair(thrown)) return;
    const place = String((thrown as Error).stack).split('\n')[1] ?? '';
    if (!finds.has(place)) finds.set(place, { target: target.name, input, thrown });
  }
}

/** Numbers at which parsers go wrong. */
const NUMBERS = [0, 1, 0x7f, 0x80, 0xff];

function mutate(
  corpus: readonly Uint8Array[],
  words: readonly Uint8Array[],
  random: () => number,
): Uint8Array {
  // What came last reached furthest.
  const recent = random() < 0.5 ? Math.max(0, corpus.length - 64) : 0;
  let input = corpus[recent + below(random, corpus.length - recent)] ?? new Uint8Array();
  for (let changes = 1 + below(random, 6); changes > 0; changes--)
    input = change(input, corpus, words, random);
  return input.subarray(0, MAX_BYTES);
}

function change(
  input: Uint8Array,
  corpus: readonly Uint8Array[],
  words: readonly Uint8Array[],
  random: () => number,
): Uint8Array {
  const at = below(random, input.length + 1);
  const copy = input.slice();
  switch (below(random, 6)) {
    case 0:
      copy[at] = (copy[at] ?? 0) ^ (1 << below(random, 8));
      return copy;
    case 1:
      copy[at] = NUMBERS[below(random, NUMBERS.length)] ?? 0;
      return copy;
    case 2: {
      const word = words[below(random, words.length)] ?? new Uint8Array();
      return spliced(input, at, below(random, 2) * word.length, word);
    }
    case 3:
      return spliced(input, at, 1 + below(random, 16), new Uint8Array());
    case 4:
      return spliced(input, at, 0, input.subarray(at, at + 1 + below(random, 32)));
    default: {
      const other = corpus[below(random, corpus.length)] ?? input;
      return spliced(input, at, input.length - at, other.subarray(below(random, other.length + 1)));
    }
  }
}

function spliced(input: Uint8Array, at: number, removed: number, added: Uint8Array): Uint8Array {
  return Buffer.concat([input.subarray(0, at), added, input.subarray(at + removed)]);
}
