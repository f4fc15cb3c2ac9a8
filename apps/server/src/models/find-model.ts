import { stat } from 'node:fs/promises';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ModelError } from './model-error.ts';
import { RELEASE, type ReleaseFile } from './release.ts';

/** Where a model may be, in this order. */
export interface ModelFolders {
  /** `MODEL_DIR`. */
  readonly modelDir: string;
  /** A folder that several checkouts share; only read. */
  readonly sharedDir?: string | undefined;
  /** What a path in `MODEL` is relative to. */
  readonly baseDir: string;
}

/** `release` is the official file of that name, where there is one. Without `path` it is nowhere here, and to be fetched. */
export type FoundModel = {
  /** For people: `yolov5n`, or the file's name without its ending. */
  readonly name: string;
} & (
  | { readonly path: string; readonly release?: ReleaseFile }
  | { readonly path?: undefined; readonly release: ReleaseFile }
);

/** The name of the repository's own small model. */
export const DEMO = 'demo';

const DEMO_PATH = fileURLToPath(new URL('../../demo-model/demo.pt', import.meta.url));

const ENDING = /\.(pt|onnx)$/i;

/**
 * Says which file `MODEL` means: a path (it ends in .pt or .onnx, or has a separator), or an official name, long
 * (`yolov5n6`) or short (`n6`), which is looked for as .pt and as .onnx; or `demo`, the repository's own.
 * @throws {ModelError} if it is neither, or if a path leads nowhere
 */
export async function findModel(model: string, folders: ModelFolders): Promise<FoundModel> {
  if (ENDING.test(model) || /[/\\]/.test(model)) return findPath(model, folders);
  if (model === DEMO) return { name: DEMO, path: DEMO_PATH };
  const name = RELEASE.has(model) ? model : `yolov5${model}`;
  const release = RELEASE.get(name);
  if (!release) {
    throw new ModelError(
      `MODEL is ${JSON.stringify(model)}; allowed are ${[...RELEASE.keys()].join(', ')}, ${DEMO}, or a path to a .pt or .onnx file`,
    );
  }
  for (const folder of searched(folders)) {
    for (const ending of ['.pt', '.onnx']) {
      const path = join(folder, name + ending);
      if (await isFile(path)) return { name, path, release };
    }
  }
  return { name, release };
}

async function findPath(model: string, folders: ModelFolders): Promise<FoundModel> {
  if (!ENDING.test(model)) {
    throw new ModelError(`MODEL is ${JSON.stringify(model)}; a path to a .pt or .onnx file is needed`);
  }
  const name = basename(model).replace(ENDING, '');
  const isBare = basename(model) === model && !isAbsolute(model);
  const tried = [resolve(folders.baseDir, model)];
  if (isBare) tried.push(...searched(folders).map((folder) => join(folder, model)));
  const release = RELEASE.get(name);
  for (const path of tried) {
    if (await isFile(path)) return { name, path, ...(release && { release }) };
  }
  if (isBare && release?.fileName === model) return { name, release };
  throw new ModelError(`MODEL is ${JSON.stringify(model)}, but there is no file ${tried.join(' or ')}`);
}

/** The folders in which a model is looked for by its name. */
export function searched({ modelDir, sharedDir }: Pick<ModelFolders, 'modelDir' | 'sharedDir'>): string[] {
  return sharedDir === undefined ? [modelDir] : [modelDir, sharedDir];
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
