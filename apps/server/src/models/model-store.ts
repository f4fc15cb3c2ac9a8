import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { convertCached } from './conversion-cache.ts';
import { type DownloadProgress, download, type ProxySettings } from './download.ts';
import { findModel, searched } from './find-model.ts';
import type { Model } from './model.ts';
import { ModelError, reasonOf } from './model-error.ts';
import { inspectOnnx, type OnnxDetector, readOwnOnnx } from './onnx/inspect-onnx.ts';
import { RELEASE_URL, type ReleaseFile } from './release.ts';

export interface PrepareModelOptions {
  /** `MODEL`: an official name, or a path to a .pt or .onnx file. */
  readonly model: string;
  /** `MODEL_DIR`: where models are kept. Made when it is needed. */
  readonly modelDir: string;
  /** A folder that several checkouts share: `../shared/models` beside the checkout. Never written to. */
  readonly sharedDir?: string | undefined;
  /** What a path in `model` is relative to; default: the working directory. */
  readonly baseDir?: string | undefined;
  /** Whether an official model that is nowhere here may be fetched; default true. */
  readonly allowDownload?: boolean | undefined;
  /** Where the official files are; default: their release on GitHub. */
  readonly releaseUrl?: string | undefined;
  /** Absent: taken from the environment (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`) as other programs do. */
  readonly proxy?: ProxySettings | undefined;
  /** Called while a file is fetched. */
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** One line at a time: what was found, converted, fetched. */
  readonly log?: ((message: string) => void) | undefined;
}

/** No official checkpoint is larger than 300 MB; the ONNX file of the largest takes 560. */
const MAX_FILE_BYTES = 2 * 2 ** 30 - 1;

/**
 * Makes a model ready for ONNX Runtime: finds it, fetches it if it is an official one that is nowhere here,
 * and converts a checkpoint into an ONNX file that is kept under `modelDir` for the next start.
 * @throws {ModelError} with one line for people, whatever is wrong with the setting, the file or the network
 */
export async function prepareModel(options: PrepareModelOptions): Promise<Model> {
  const { model, modelDir, sharedDir, baseDir = process.cwd(), log = () => {} } = options;
  const found = await findModel(model, { modelDir, sharedDir, baseDir });
  const path = found.path ?? (await fetchRelease(options, found.release as ReleaseFile));
  const bytes = await readModelFile(path);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (found.release && path.endsWith(found.release.fileName) && sha256 !== found.release.sha256) {
    log(`${path} is not the file of the official v7.0 release; it is used as it is`);
  }
  try {
    if (!/\.pt$/i.test(path)) return toModel(found.name, sha256, path, await inspectOnnx(path, bytes));
    const folder = join(modelDir, 'converted');
    const converted = await convertCached({ checkpoint: bytes, sha256, name: found.name, folder, log });
    return toModel(found.name, sha256, converted.path, readOwnOnnx(converted.bytes));
  } catch (cause) {
    if (!(cause instanceof ModelError)) throw cause;
    throw new ModelError(`${path} cannot be used: ${cause.message}`, { cause });
  }
}

/** Fetches an official file into `modelDir` and returns its path. */
async function fetchRelease(options: PrepareModelOptions, file: ReleaseFile): Promise<string> {
  const {
    model,
    modelDir,
    sharedDir,
    allowDownload = true,
    releaseUrl = RELEASE_URL,
    log = () => {},
  } = options;
  const url = `${releaseUrl.replace(/\/+$/, '')}/${file.fileName}`;
  const path = join(modelDir, file.fileName);
  let reason = 'fetching it is not allowed';
  if (allowDownload) {
    try {
      log(`fetching ${url} (${file.bytes} bytes) to ${path}`);
      await download({ ...file, url, path, proxy: options.proxy, onProgress: options.onProgress });
      return path;
    } catch (cause) {
      if (!(cause instanceof ModelError)) throw cause;
      reason = cause.message;
    }
  }
  const folders = searched({ modelDir, sharedDir }).join(' or ');
  throw new ModelError(
    `MODEL is ${model}, but there is no ${file.fileName} in ${folders}, and ${reason}; put ${url} (${file.bytes} bytes) into ${modelDir}`,
  );
}

async function readModelFile(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size > MAX_FILE_BYTES)
      throw new ModelError(`it has ${size} bytes; at most ${MAX_FILE_BYTES} are allowed`);
    return await readFile(path);
  } catch (cause) {
    throw new ModelError(`${path} cannot be read: ${reasonOf(cause)}`, { cause });
  }
}

function toModel(name: string, sha256: string, onnxPath: string, { input, output }: OnnxDetector): Model {
  return {
    name,
    classes: output.classes,
    stride: output.stride,
    ...(input.fixedSize && { fixedSize: input.fixedSize }),
    elementType: input.elementType,
    inputName: input.name,
    hasFloor: input.hasFloor,
    outputName: output.name,
    sha256,
    onnxPath,
  };
}
