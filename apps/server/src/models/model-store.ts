import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { convertCached } from './conversion-cache.ts';
import { type DownloadProgress, download, type ProxySettings } from './download.ts';
import { findModel, searched } from './find-model.ts';
import { measureSpeedup } from './measure-speedup.ts';
import type { Model, Precision } from './model.ts';
import { ModelError, reasonOf } from './model-error.ts';
import { inspectOnnx, readOwnOnnx } from './onnx/inspect-onnx.ts';
import { bytesSaturate } from './quantize/bytes-saturate.ts';
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
  /** `PRECISION`: what a checkpoint is converted to; `auto` takes the faster one. Default: `float32`. */
  readonly precision?: Precision | 'auto' | undefined;
  /** How many times as fast the second is; default: measured here. */
  readonly measure?: typeof measureSpeedup | undefined;
  /** Where the official files are; default: their release on GitHub. */
  readonly releaseUrl?: string | undefined;
  /** Absent: taken from the environment (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`) as other programs do. */
  readonly proxy?: ProxySettings | undefined;
  /** Ends the fetching of a file, which is continued the next time, and begins no conversion. */
  readonly signal?: AbortSignal | undefined;
  /** Called while a file is fetched. */
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** One line at a time: what was found, converted, fetched. */
  readonly log?: ((message: string) => void) | undefined;
  /** The same for what may not be as intended. Default: `log`. */
  readonly warn?: ((message: string) => void) | undefined;
}

/** Boxes that are less exact must be worth it. */
const WORTHWHILE_SPEEDUP = 1.15;

/** No official checkpoint is larger than 300 MB; the ONNX file of the largest takes 560. */
const MAX_FILE_BYTES = 2 * 2 ** 30 - 1;

/**
 * Makes a model ready for ONNX Runtime: finds it, fetches it if it is an official one that is nowhere here,
 * and converts a checkpoint into an ONNX file that is kept under `modelDir` for the next start.
 * @throws {ModelError} with one line for people, whatever is wrong with the setting, the file or the network
 * @throws the signal's reason
 */
export async function prepareModel(options: PrepareModelOptions): Promise<Model> {
  const { model, modelDir, sharedDir, baseDir = process.cwd(), log = () => {}, warn = log } = options;
  const found = await findModel(model, { modelDir, sharedDir, baseDir });
  const path = found.path === undefined ? await fetchRelease(options, found.release) : found.path;
  const bytes = await readModelFile(path);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (found.release && path.endsWith(found.release.fileName) && sha256 !== found.release.sha256) {
    warn(`${path} is not the file of the official v7.0 release; it is used as it is`);
  }
  try {
    if (/\.pt$/i.test(path))
      return await convertModel(options, { name: found.name, checkpoint: bytes, sha256 });
    if (options.precision === 'int8') {
      throw new ModelError('PRECISION is int8, which is made of checkpoints (.pt) only, not of ONNX files');
    }
    const { input, output } = await inspectOnnx(path, bytes);
    const saturates = await bytesSaturate();
    return { name: found.name, sha256, precision: 'float32', saturates, onnxPath: path, ...input, ...output };
  } catch (cause) {
    if (!(cause instanceof ModelError)) throw cause;
    throw new ModelError(`${path} cannot be used: ${cause.message}`, { cause });
  }
}

/** A checkpoint as an ONNX file in the precision that was asked for, or in the faster one. */
async function convertModel(
  options: PrepareModelOptions,
  source: { readonly name: string; readonly checkpoint: Uint8Array; readonly sha256: string },
): Promise<Model> {
  const { modelDir, precision = 'float32', measure = measureSpeedup, signal, log = () => {} } = options;
  const { name, sha256 } = source;
  const folder = join(modelDir, 'converted');
  const convert = async (to: Precision): Promise<Model> => {
    signal?.throwIfAborted();
    const { path, bytes } = await convertCached({ ...source, precision: to, folder, log });
    const { input, output } = readOwnOnnx(bytes);
    return { name, sha256, precision: to, onnxPath: path, ...input, ...output };
  };
  if (precision !== 'auto') return convert(precision);

  const exact = await convert('float32');
  try {
    const fast = await convert('int8');
    const speedup = await measure(exact, fast).catch((cause) => {
      throw new ModelError(`measuring failed: ${reasonOf(cause)}`, { cause });
    });
    const chosen = speedup >= WORTHWHILE_SPEEDUP ? fast : exact;
    log(`PRECISION is auto: int8 is ${speedup.toFixed(2)} times as fast here, ${chosen.precision} is used`);
    return chosen;
  } catch (cause) {
    if (!(cause instanceof ModelError)) throw cause;
    log(`PRECISION is auto: float32 is used, since ${cause.message}`);
    return exact;
  }
}

/** Fetches an official file into `modelDir` and returns its path. */
async function fetchRelease(options: PrepareModelOptions, file: ReleaseFile): Promise<string> {
  const { model, modelDir, releaseUrl = RELEASE_URL, log = () => {}, proxy, signal, onProgress } = options;
  const url = `${releaseUrl.replace(/\/+$/, '')}/${file.fileName}`;
  const path = join(modelDir, file.fileName);
  log(`fetching ${url} (${file.bytes} bytes) to ${path}`);
  try {
    await download({ ...file, url, path, proxy, signal, onProgress });
    return path;
  } catch (cause) {
    if (!(cause instanceof ModelError)) throw cause;
    const folders = searched(options).join(' or ');
    throw new ModelError(
      `MODEL is ${model}, but there is no ${file.fileName} in ${folders}, and ${cause.message}; put ${url} (${file.bytes} bytes) into ${modelDir}`,
      { cause },
    );
  }
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
