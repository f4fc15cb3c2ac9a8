import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from '@boxwire/video/error-code';
import { makeFolder } from '@boxwire/video/make-folder';
import { type Dispatcher, EnvHttpProxyAgent, fetch, type Response } from 'undici';
import { isDiskFull } from '../disk-full.ts';
import { ModelError, reasonOf, storageError } from './model-error.ts';
import { leavePartialFile, removePartialFiles, takePartialFile } from './partial-file.ts';

/** Proxy addresses as in `HTTPS_PROXY` and its relatives. */
export interface ProxySettings {
  readonly httpsProxy?: string | undefined;
  readonly httpProxy?: string | undefined;
  /** Hosts that are reached without one, separated by commas. */
  readonly noProxy?: string | undefined;
}

export interface DownloadProgress {
  readonly fileName: string;
  readonly receivedBytes: number;
  readonly totalBytes: number;
}

export interface DownloadRequest {
  readonly url: string;
  /** Where the file is to be; its folder is made. */
  readonly path: string;
  readonly bytes: number;
  /** In hexadecimal. */
  readonly sha256: string;
  /** Absent: undici takes them from the environment itself. */
  readonly proxy?: ProxySettings | undefined;
  /** Called at the start, then at most ten times a second, and at the end. */
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** The wait before the first retry; it doubles with each. Default 500. */
  readonly retryDelayMs?: number | undefined;
  /** Ends it; what has arrived is kept. */
  readonly signal?: AbortSignal | undefined;
  /** How long the server may say nothing. Default 30 s. */
  readonly timeoutMs?: number | undefined;
}

const MAX_FAILURES = 4;
/** An attempt that got so far was worth it, and the count of failures begins anew. */
const WORTHWHILE_BYTES = 2 ** 20;
const CONNECT_TIMEOUT_MS = 10_000;
const PROGRESS_INTERVAL_MS = 100;
/** Trying again helps with these answers. */
const PASSING_STATUS = new Set([408, 425, 429, 500, 502, 503, 504]);
/** Nobody is there: waiting a second will not help. */
const NO_CONNECTION = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** What another attempt may mend. */
class PassingFailure extends Error {}

/**
 * Fetches a file whose size and checksum are known. It appears under its name when it is complete and right; an
 * interrupted one is continued, by this call or by a later one, also after the process was killed. Several
 * processes may fetch the same file at once.
 * @throws {ModelError} saying what went wrong; what has arrived is kept, unless its checksum is wrong or the disk full
 * @throws the signal's reason
 */
export async function download(request: DownloadRequest): Promise<void> {
  // Another process takes an unfinished file for abandoned where the clock was set meanwhile: then once more.
  if (!(await tryDownload(request)) && !(await tryDownload(request))) {
    throw new ModelError(`its unfinished file ${request.path}.*.partial was taken away twice`);
  }
  const { path, bytes } = request;
  request.onProgress?.({ fileName: basename(path), receivedBytes: bytes, totalBytes: bytes });
}

/** @returns whether the file is there now; not if the unfinished one was taken away on the way */
async function tryDownload(request: DownloadRequest): Promise<boolean> {
  const { path, bytes, sha256, timeoutMs = 30_000 } = request;
  await makeFolder(dirname(path)).catch((cause: unknown) => {
    throw storageError(`the folder ${dirname(path)} cannot be made`, cause);
  });
  const dispatcher = createDispatcher(request.proxy, timeoutMs);
  const own = await takePartialFile(path);
  try {
    // A file that was begun by someone else may be wrong from its first byte: one more try from the start.
    for (let isRetry = false; ; isRetry = true) {
      const resumed = await fetchWhole(request, own, dispatcher);
      const digest = await digestFile(own);
      if (digest === sha256) break;
      await rm(own, { force: true });
      if (!resumed || isRetry) throw new ModelError(`its SHA-256 is ${digest} instead of ${sha256}`);
    }
    await rename(own, path);
    await removePartialFiles(path);
    return true;
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return false;
    // A disk that is full for others, too, is not kept so.
    if (isDiskFull(cause)) await rm(own, { force: true });
    else await leavePartialFile(path, own);
    request.signal?.throwIfAborted();
    if (cause instanceof ModelError) throw cause;
    throw storageError(`${basename(path)} (${bytes} bytes) could not be written`, cause);
  } finally {
    await dispatcher.destroy();
  }
}

function createDispatcher(proxy: ProxySettings | undefined, timeoutMs: number): Dispatcher {
  return new EnvHttpProxyAgent({
    ...(proxy && {
      httpsProxy: proxy.httpsProxy ?? '',
      httpProxy: proxy.httpProxy ?? '',
      noProxy: proxy.noProxy ?? '',
    }),
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    connectTimeout: CONNECT_TIMEOUT_MS,
  } as EnvHttpProxyAgent.Options);
}

/** A request while its file is written. */
interface Transfer {
  readonly request: DownloadRequest;
  readonly file: FileHandle;
  readonly dispatcher: Dispatcher;
}

/** @returns whether the file had been begun before */
async function fetchWhole(request: DownloadRequest, own: string, dispatcher: Dispatcher): Promise<boolean> {
  const file = await open(own, 'a');
  try {
    const begun = await file.stat();
    if (begun.size > request.bytes) await file.truncate(0);
    await fetchWithRetries({ request, file, dispatcher });
    await file.sync();
    return begun.size > 0;
  } finally {
    await file.close();
  }
}

async function fetchWithRetries(transfer: Transfer): Promise<void> {
  const { request, file } = transfer;
  const { bytes, retryDelayMs = 500, signal } = request;
  let failures = 0;
  for (;;) {
    const { size: have } = await file.stat();
    if (have === bytes) return;
    try {
      await fetchRest(transfer, have);
    } catch (cause) {
      if (!(cause instanceof PassingFailure)) throw cause;
      signal?.throwIfAborted();
      const { size } = await file.stat();
      failures = size - have >= WORTHWHILE_BYTES ? 1 : failures + 1;
      if (failures >= MAX_FAILURES) throw new ModelError(cause.message, { cause });
      await sleep(retryDelayMs * 2 ** (failures - 1), undefined, { signal });
    }
  }
}

/** One request for what is missing, or for everything if the server cannot begin in the middle. */
async function fetchRest(transfer: Transfer, have: number): Promise<void> {
  const { request, file } = transfer;
  const response = await send(transfer, have);
  let received = await acceptResponse(transfer, have, response);
  let reportAt = 0;
  const report = () => {
    if (performance.now() < reportAt) return;
    reportAt = performance.now() + PROGRESS_INTERVAL_MS;
    const fileName = basename(request.path);
    request.onProgress?.({ fileName, receivedBytes: received, totalBytes: request.bytes });
  };
  report();
  const body = response.body?.[Symbol.asyncIterator]();
  for (;;) {
    const chunk = await body?.next().catch((cause: unknown) => {
      throw new PassingFailure(`the connection broke after ${received} bytes: ${reasonOf(cause)}`);
    });
    if (!chunk || chunk.done) break;
    const piece = chunk.value as Uint8Array;
    if (received + piece.length > request.bytes) {
      throw new ModelError(`the server sends more than the ${request.bytes} bytes that it should`);
    }
    await file.appendFile(piece);
    received += piece.length;
    report();
  }
  if (received < request.bytes) throw new PassingFailure(`the server stopped after ${received} bytes`);
}

async function send({ request, dispatcher }: Transfer, have: number): Promise<Response> {
  const { url, signal } = request;
  const headers: Record<string, string> = { 'accept-encoding': 'identity', 'user-agent': 'boxwire' };
  if (have > 0) headers.range = `bytes=${have}-`;
  try {
    return await fetch(url, { headers, dispatcher, ...(signal && { signal }) });
  } catch (error) {
    const code = error instanceof Error ? (errorCode(error.cause) ?? '') : '';
    const message = `${new URL(url).host} cannot be reached: ${reasonOf(error)}`;
    throw NO_CONNECTION.has(code) ? new ModelError(message, { cause: error }) : new PassingFailure(message);
  }
}

/** @returns at which byte the response's body begins */
async function acceptResponse({ request, file }: Transfer, have: number, response: Response) {
  const { bytes } = request;
  const { status, headers } = response;
  if (status === 206 && headers.get('content-range') === `bytes ${have}-${bytes - 1}/${bytes}`) return have;
  if (status === 200) {
    const length = headers.get('content-length') ?? String(bytes);
    if (length !== String(bytes)) {
      await response.body?.cancel();
      throw new ModelError(`the server's file has ${length} bytes instead of ${bytes}`);
    }
    await file.truncate(0);
    return 0;
  }
  await response.body?.cancel();
  if (status === 206 || status === 416) {
    // What we have is not the beginning of what the server has.
    await file.truncate(0);
    throw new PassingFailure(`the server cannot continue the file (${status})`);
  }
  const message = `the server answers ${status} ${response.statusText}`.trim();
  throw PASSING_STATUS.has(status) ? new PassingFailure(message) : new ModelError(message);
}

async function digestFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: 2 ** 20 }))
    hash.update(piece as Uint8Array);
  return hash.digest('hex');
}
