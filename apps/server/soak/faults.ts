import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Death } from './mortal-workers.ts';
import { decodersOf, killIfThere, pictureDecodersOf } from './process-table.ts';
import type { Stage } from './stages.ts';
import type { Target } from './targets.ts';

export interface Fault {
  readonly name: string;
  /** Whether the server lives through it. */
  readonly isGentle: boolean;
  /** What a client must be at; at any time when absent. */
  readonly stage?: Stage;
  /** @returns whether there was something to strike */
  strike(target: Target): Promise<boolean>;
}

const APPEARS_WITHIN_MS = 2000;
const LOOK_EVERY_MS = 2;
/** One more is taken for the video's fault, as it should be. */
const MAX_DECODER_DEATHS = 3;

/** All that is done to servers, each at a stage of its own. */
export const FAULTS: readonly Fault[] = [
  decoder('a decoder that opens its file', 'an analysis begins'),
  decoder('a decoder at the first frame', 'its first frame is told'),
  decoder('a decoder in the middle', 'its middle is told'),
  decoder('a decoder near the end', 'its end is near'),
  pictureDecoders('a picture decoder at any time'),
  pictureDecoders('a picture decoder while a stream is answered', 'a stream is being answered'),
  worker('a worker that rests or has just begun', 'at once'),
  worker('a worker over its image', 'over a job'),
  worker('a worker and the one that replaces it', 'warming up'),
  server('a server while a piece arrives', 'a piece arrives', 12),
  server('a server between two pieces', 'a piece is committed', 3),
  server('a server while an upload is finished', 'an upload is finished', 5),
  server('a server that streams an analysis', 'its first frame is told', 60),
  server('a server that answers a stream', 'a stream is being answered', 60),
  { name: 'a server that starts', isGentle: false, strike: killAtStart },
  { name: 'a server that drains', isGentle: false, strike: killWhileDraining },
  { name: 'a server that writes its model', isGentle: false, strike: killWhileConverting },
  {
    name: 'a server that is replaced',
    isGentle: false,
    async strike({ life }) {
      await life.replace();
      return true;
    },
  },
];

function decoder(name: string, stage: Stage): Fault {
  return {
    ...{ name, stage, isGentle: true },
    async strike(target) {
      const { life } = target;
      if (target.decoderDeaths >= MAX_DECODER_DEATHS) return false;
      const deadline = performance.now() + APPEARS_WITHIN_MS;
      let pids = decodersOf(life.pid);
      // One that just begins has no process yet.
      while (pids.length === 0 && stage === 'an analysis begins' && performance.now() < deadline) {
        await sleep(LOOK_EVERY_MS);
        pids = decodersOf(life.pid);
      }
      const isHit = pids.filter(killIfThere).length > 0;
      if (isHit) target.decoderDeaths++;
      return isHit;
    },
  };
}

/** All that the server has, which it needs again for the next picture. */
function pictureDecoders(name: string, stage?: Stage): Fault {
  return {
    ...{ name, isGentle: true, ...(stage && { stage }) },
    strike: async ({ life }) => pictureDecodersOf(life.pid).filter(killIfThere).length > 0,
  };
}

function worker(name: string, when: Death['when']): Fault {
  return {
    ...{ name, isGentle: true },
    async strike({ life, random, complain }) {
      const died = await life.strikeWorkers({ when, by: random() < 0.5 ? 'error' : 'exit' });
      if (!died) complain('a worker that was struck did not die');
      return died;
    },
  };
}

/** Killed at that stage, or a moment later: on the way of the bytes, over their writing, or before the answer is out. */
function server(name: string, stage: Stage, withinMs: number): Fault {
  return {
    ...{ name, stage, isGentle: false },
    async strike({ life, random }) {
      await sleep(random() * withinMs);
      await life.crash();
      return true;
    },
  };
}

const START_MS = 900;

async function killAtStart({ life, random }: Target): Promise<boolean> {
  await life.kill();
  life.begin();
  await sleep(random() * START_MS);
  await life.crash();
  return true;
}

const DRAIN_MS = 60;

async function killWhileDraining({ life, random }: Target): Promise<boolean> {
  life.drain();
  await sleep(random() * DRAIN_MS);
  await life.crash();
  return true;
}

const WRITING_MS = 15;

/** It has no model when it starts, so that it writes one, and is killed over that. */
async function killWhileConverting({ life, modelsDir, random, complain }: Target): Promise<boolean> {
  const whole = modelFiles(modelsDir);
  await life.kill();
  rmSync(modelsDir, { recursive: true });
  life.begin();
  const deadline = performance.now() + 10 * APPEARS_WITHIN_MS;
  while (!existsSync(modelsDir) && performance.now() < deadline) await sleep(1);
  await sleep(random() * WRITING_MS);
  await life.kill();
  const left = modelFiles(modelsDir);
  await life.start();
  const after = modelFiles(modelsDir);
  for (const [name, bytes] of whole) {
    if (!(left.get(name) ?? bytes).equals(bytes))
      complain(`${name} was half written when its server was killed`);
    if (!after.get(name)?.equals(bytes)) complain(`${name} is not what it was before its server was killed`);
  }
  return true;
}

function modelFiles(folder: string): Map<string, Buffer> {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.onnx')) : [];
  return new Map(names.map((name) => [name, readFileSync(join(folder, name))]));
}
