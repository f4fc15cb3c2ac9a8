import { resolve } from 'node:path';
import type { Settings } from './config.ts';
import type { Log } from './log.ts';
import type { DownloadProgress } from './models/download.ts';
import { DEMO } from './models/find-model.ts';
import type { Model } from './models/model.ts';
import { ModelError } from './models/model-error.ts';
import { prepareModel } from './models/model-store.ts';
import { REPOSITORY_ROOT, SettingError } from './setting.ts';

/** A folder that several checkouts share, beside this one. */
export const SHARED_MODELS = resolve(REPOSITORY_ROOT, '../shared/models');

export interface LoadedModel {
  readonly model: Model;
  /** For people: why another model answers than the one that was to be expected; empty most of the time. */
  readonly notice: string;
}

/**
 * Gets the model that the settings ask for. In development, where none was named and none can be had, the
 * repository's own small one stands in, and says so.
 * @throws {ModelError} with one line for people
 * @throws {SettingError} when MAX_IMAGE_SIZE has no room for the model
 * @throws the signal's reason
 */
export async function loadModel(
  settings: Settings,
  log: Log,
  sharedDir: string = SHARED_MODELS,
  signal?: AbortSignal,
): Promise<LoadedModel> {
  const { httpsProxy, httpProxy, noProxy } = settings;
  const prepare = (model: string) =>
    prepareModel({
      model,
      precision: settings.precision,
      modelDir: settings.modelDir,
      sharedDir,
      baseDir: REPOSITORY_ROOT,
      proxy: { httpsProxy, httpProxy, noProxy },
      signal,
      onProgress: progressLogger(log),
      log: (message: string) => log.info(message),
      warn: (message: string) => log.warn(message),
    });
  try {
    const model = await prepare(settings.model);
    checkImageSize(model, settings);
    return { model, notice: settings.model === DEMO ? aboutDemo(model) : '' };
  } catch (error) {
    const mayStandIn = settings.isDevelopment && !settings.modelWasNamed && error instanceof ModelError;
    if (!mayStandIn) throw error;
    const model = await prepare(DEMO);
    const notice = `${aboutDemo(model)} It stands in because the official one could not be had: ${error.message}.`;
    log.warn(notice);
    return { model, notice };
  }
}

/** Less than one stride is no input at all. */
function checkImageSize({ name, stride, fixedSize }: Model, { maxImageSize }: Settings): void {
  if (fixedSize || maxImageSize >= stride) return;
  throw new SettingError(`MAX_IMAGE_SIZE is ${maxImageSize}, the model ${name} needs at least ${stride}`);
}

function aboutDemo({ classes }: Model): string {
  return `This is the demonstration model. It knows drawings of ${classes.length} things (${classes.join(', ')}), not photographs.`;
}

/** A line at every tenth part. */
function progressLogger(log: Log): (progress: DownloadProgress) => void {
  let nextPercent = 10;
  return ({ fileName, receivedBytes, totalBytes }) => {
    const percent = Math.floor((receivedBytes / totalBytes) * 100);
    if (percent < nextPercent) return;
    nextPercent = Math.floor(percent / 10) * 10 + 10;
    log.info(`${fileName}: ${percent}% of ${(totalBytes / 1e6).toFixed(1)} MB`);
  };
}
