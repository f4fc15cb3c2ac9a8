import { setTimeout as sleep } from 'node:timers/promises';
import { Code, ConnectError } from '@connectrpc/connect';
import { openAccessFiles } from './access-files.ts';
import { createAnalyzer } from './analysis/create-analyzer.ts';
import type { Settings } from './config.ts';
import type { Detector } from './detector/detector.ts';
import { createListeners } from './listeners.ts';
import type { Log } from './log.ts';
import { measuredDetector } from './metrics/measured-detector.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { HttpListener, HttpResponse } from './rpc/http.ts';
import { createRequestListener } from './rpc/request-listener.ts';
import { createServingState } from './rpc/serving-state.ts';
import { maxPieceBytes } from './uploads/check-upload.ts';
import { UploadStore } from './uploads/upload-store.ts';

/** The real addresses, which differ from the settings where a port was 0. */
export interface Addresses {
  readonly grpcUrl: string;
  readonly httpUrl: string;
}

export interface Server {
  /** Opens the ports. Until `serve`, predictions are refused as unavailable. @throws {SettingError} */
  listen(): Promise<Addresses>;
  /** From now on this detector answers; health says SERVING. The server does not close it. `notice`: see `GetModelResponse`. */
  serve(detector: Detector, notice?: string): void;
  /**
   * Health says NOT_SERVING, new calls are refused, what was taken on is finished, connections are closed. What
   * still runs after SHUTDOWN_GRACE is ended with UNAVAILABLE. Resolves when all is closed; further calls join.
   */
  shutdown(): Promise<void>;
}

export interface ServerOptions {
  readonly settings: Settings;
  readonly log: Log;
  readonly detector?: Detector;
  /** Absent: nothing is counted, and METRICS has no effect. */
  readonly metrics?: Metrics | undefined;
}

/** How long calls have to say goodbye when the grace is over. */
const LAST_WORDS_MS = 500;

/** Builds handlers and listeners. Opens no port. @throws {SettingError} when a file for access cannot be used */
export function createServer({ settings, log, detector, metrics }: ServerOptions): Server {
  const state = createServingState();
  const abortCalls = new AbortController();
  const calls = createCallCount();
  const access = openAccessFiles(settings, log, (tls) => {
    for (const { renewTls } of all) renewTls(tls);
  });
  const { tokens } = access;
  const uploads = new UploadStore({ ...settings, maxPieceBytes: maxPieceBytes(settings.maxMessageBytes) });
  const analyzer = createAnalyzer(uploads, settings);
  const services = { state, settings, uploads, analyzer };
  const listener = createRequestListener({
    ...services,
    log,
    tokens,
    metrics,
    abortCalls: abortCalls.signal,
  });
  const listeners = createListeners(settings, access.tls, calls.counted(listener));
  const all = Object.values(listeners);
  let down: Promise<void> | undefined;

  async function shutdown(): Promise<void> {
    state.drain();
    for (const { drain } of all) drain();
    await Promise.race([calls.none(), sleep(settings.shutdownGraceMs, undefined, { ref: false })]);
    abortCalls.abort(new ConnectError('the server is shutting down', Code.Unavailable));
    await Promise.race([calls.none(), sleep(LAST_WORDS_MS, undefined, { ref: false })]);
    await closeAll();
  }

  async function closeAll(): Promise<void> {
    access.close();
    await Promise.all(all.map(({ close }) => close()));
    await uploads.close();
  }

  function serve(detector: Detector, notice?: string): void {
    metrics?.answersWith(detector.model);
    state.serve(metrics ? measuredDetector(detector, metrics) : detector, notice);
  }

  metrics?.gauge('boxwire_serving', 'Whether health says SERVING, 1 or 0', () => Number(state.serving));
  metrics?.gauge('boxwire_uploads', 'Uploads that are kept', () => uploads.kept.length);
  metrics?.gauge('boxwire_upload_bytes', 'Bytes of these together, as announced', () =>
    uploads.kept.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  );
  if (detector) serve(detector);
  return {
    async listen() {
      try {
        const [grpcUrl, httpUrl] = [await listeners.grpc.open(), await listeners.http.open()];
        return { grpcUrl, httpUrl };
      } catch (error) {
        await closeAll();
        throw error;
      }
    },
    serve,
    shutdown() {
      down ??= shutdown();
      return down;
    },
  };
}

/** Counts the calls that are not answered to the end. */
function createCallCount() {
  const open = new Set<HttpResponse>();
  let none = Promise.withResolvers<void>();
  return {
    counted(listener: HttpListener): HttpListener {
      return (request, response) => {
        open.add(response);
        response.once('close', () => {
          open.delete(response);
          if (open.size === 0) none.resolve();
        });
        listener(request, response);
      };
    },
    /** Resolves as soon as there are none. */
    none(): Promise<void> {
      none = Promise.withResolvers();
      if (open.size === 0) none.resolve();
      return none.promise;
    },
  };
}
