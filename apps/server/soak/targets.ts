import { join } from 'node:path';
import { createRandom } from '../hostile/random.ts';
import { type Life, startLife } from './life.ts';
import type { Stages } from './stages.ts';
import type { ServerPlace } from './visit.ts';

/** A server that is struck. */
export interface Target extends ServerPlace {
  readonly life: Life;
  /** Where it keeps converted models. */
  readonly modelsDir: string;
  readonly random: () => number;
  /** Of the analysis that was begun last. */
  decoderDeaths: number;
  complain(what: string): void;
}

export interface TargetOptions {
  readonly port: number;
  /** For what it keeps; its own. */
  readonly folder: string;
  readonly seed: number;
  /** After which uploads expire. */
  readonly uploadAgeMs: number;
  readonly stages: Stages;
  readonly complain: (what: string) => void;
}

/** Starts a server with one worker, and with the demonstration model. */
export async function startTarget(options: TargetOptions): Promise<Target> {
  const { port, folder, seed, uploadAgeMs, stages, complain } = options;
  const [uploadDir, modelDir] = [join(folder, 'uploads'), join(folder, 'models')];
  const folders = { UPLOAD_DIR: uploadDir, MODEL_DIR: modelDir };
  const settings = { MODEL: 'demo', WORKERS: '1', UPLOAD_AGE: `${uploadAgeMs / 1000}`, ...folders };
  const target: Target = {
    ...{ port, uploadDir, modelsDir: join(modelDir, 'converted'), complain },
    life: await startLife(port, settings),
    random: createRandom(seed),
    decoderDeaths: 0,
  };
  stages.whenever(port, 'an analysis begins', () => {
    target.decoderDeaths = 0;
  });
  return target;
}
