// The server process: settings, ports, model, then answers until it is told to stop.
import { jailGaps } from '@boxwire/video/jail';
import { isOutOfHandles } from '@boxwire/video/out-of-handles';
import { exposureWarning } from './access/check-exposure.ts';
import { checkDecoder } from './analysis/video-settings.ts';
import { readSettings, type Settings } from './config.ts';
import { createDetector } from './detector/create-detector.ts';
import { NoWindowError } from './detector/decoder/window.ts';
import type { Detector } from './detector/detector.ts';
import { type LoadedModel, loadModel, SHARED_MODELS } from './load-model.ts';
import { createLog, type Log } from './log.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { Model } from './models/model.ts';
import { ModelError } from './models/model-error.ts';
import { fitConnections, openFilesLimit } from './open-files.ts';
import { toRealTime } from './real-time.ts';
import { createServer } from './server.ts';
import { SettingError } from './setting.ts';
import { lockFolder } from './uploads/lock-folder.ts';

/** What a server takes to end beyond its grace. */
const PARTING_MS = 2000;

try {
  await start();
} catch (error) {
  console.error(inWords(error));
  process.exit(1);
}

/** One line where it is something that people can change. */
function inWords(error: unknown): unknown {
  if ([SettingError, ModelError, NoWindowError].some((known) => error instanceof known))
    return (error as Error).message;
  if (!isOutOfHandles(error)) return error;
  return `Only ${openFilesLimit()} files may be open here (ulimit -n), which is too few to start with`;
}

async function start(): Promise<void> {
  const asked = readSettings();
  checkDecoder(asked);
  const log = createLog(asked);
  const settings = withRoomForFiles(asked, log);
  const warning = exposureWarning(settings);
  if (warning) log.warn(warning);
  for (const gap of jailGaps()) log.warn(gap);
  await takeUploadDir(settings, log);
  const metrics = await createMetrics(settings);
  const server = createServer({ settings, log, metrics });
  const stopping = new AbortController();
  let loading: Promise<LoadedModel> | undefined;
  let opening: Promise<Detector> | undefined;
  stopOnSignals(log, async () => {
    stopping.abort();
    await server.shutdown();
    // What has arrived of the model is put where the next start finds it.
    await loading?.catch(() => {});
    // Also one that is not warm yet: a worker must not be stopped while the network runs.
    await opening?.then((detector) => detector.close()).catch(() => {});
  });
  const { grpcUrl, httpUrl } = await server.listen();
  log.info(`gRPC, gRPC-Web and Connect: ${grpcUrl}`);
  log.info(`The same for browsers: ${httpUrl}`);
  loading = loadModel(settings, log, SHARED_MODELS, stopping.signal);
  const loaded = await loading.catch((error) => {
    if (!stopping.signal.aborted) throw error;
  });
  if (!loaded || stopping.signal.aborted) return;
  const { model, notice } = loaded;
  opening = createDetector(model, {
    ...settings,
    onWorkerDeath(err) {
      metrics?.died('inference-worker');
      log.error({ err }, 'an inference worker died and is replaced');
    },
    onDecoderDeath(err) {
      metrics?.died('picture-decoder');
      log.error({ err }, 'a picture decoder died and is replaced');
    },
  });
  server.serve(await opening, notice);
  if (settings.realTime === 'auto' && (await toRealTime())) log.info('Serving at real-time priority');
  log.info(readyLine(model, settings));
}

/** Loaded only where it is wanted: that takes 50 ms. */
async function createMetrics({ metrics }: Settings): Promise<Metrics | undefined> {
  return metrics === 'off' ? undefined : (await import('./metrics/create-metrics.ts')).createMetrics();
}

/** Connections alone, of whoever comes, must not take the last file descriptor. */
function withRoomForFiles(settings: Settings, log: Log): Settings {
  const openFiles = openFilesLimit();
  const maxConnections = fitConnections(settings.maxConnections, openFiles, settings.workers);
  if (maxConnections === settings.maxConnections) return settings;
  const { maxConnections: asked } = settings;
  log.warn(
    `MAX_CONNECTIONS is ${asked}, but only ${openFiles} files may be open here (ulimit -n): ${maxConnections} are taken on each port`,
  );
  return { ...settings, maxConnections };
}

/**
 * Two servers on one folder would write into each other's files. One that still finishes what it has is waited for,
 * as long as it may take. @throws {SettingError}
 */
async function takeUploadDir({ uploadDir, maxUploads, shutdownGraceMs }: Settings, log: Log): Promise<void> {
  if (maxUploads === 0) return;
  const lock = await lockFolder(uploadDir, shutdownGraceMs + PARTING_MS, () =>
    log.info(`Another server uses ${uploadDir}: waiting for its end`),
  );
  if (lock.state === 'no-folder') throw new SettingError(`UPLOAD_DIR is ${uploadDir}, which is no folder`);
  if (lock.state === 'in-use') {
    throw new SettingError(
      `UPLOAD_DIR is ${uploadDir}, but another server uses it; each needs one of its own`,
    );
  }
  if (lock.state === 'unlocked') {
    log.warn(
      `UPLOAD_DIR is ${uploadDir}, which cannot be locked (${lock.reason}): no other server may use it`,
    );
  }
}

function readyLine({ name, precision, classes }: Model, { workers }: Settings): string {
  return `Ready: ${name}, ${precision}, ${classes.length} classes, ${workers} ${workers === 1 ? 'worker' : 'workers'}`;
}

/** The first signal lets calls finish, the second does not wait, unless that is SIGHUP: of a terminal that closes, two may come. */
function stopOnSignals(log: Log, shutdown: () => Promise<void>): void {
  let stopping = false;
  const stop = async (signal: NodeJS.Signals) => {
    if (stopping && signal === 'SIGHUP') return;
    if (stopping) process.exit(1);
    stopping = true;
    log.info(`${signal}: finishing what was taken on; once more to stop at once`);
    await shutdown();
    log.info('Stopped');
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);
}
