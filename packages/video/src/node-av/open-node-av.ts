import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { DecoderProcess, inputOf } from '../decoder-process.ts';
import { RGB_BYTES } from '../formats.ts';
import { lengthError, unreadableEnd } from '../verdicts.ts';
import type { DecodeRequest, DecoderSession, VideoFrame, VideoInfo } from '../video.ts';
import { VideoError } from '../video-error.ts';
import type { DecoderArguments, DecoderRecord } from './protocol.ts';
import { readRecord } from './read-record.ts';

const MAIN = fileURLToPath(new URL('decoder-main.ts', import.meta.url));

/** Whether the optional package and its library are installed here. */
export function hasNodeAv(): boolean {
  const { platform, arch } = process;
  const library = `@seydx/node-av-${platform}-${arch}${platform === 'win32' ? '-msvc' : ''}`;
  try {
    // Only resolved: loading it is left to the process that decodes.
    const nodeAv = createRequire(import.meta.url).resolve('node-av/lib');
    createRequire(nodeAv).resolve(`${library}/package.json`);
    return true;
  } catch {
    return false;
  }
}

/** Starts a process that decodes with the registry's FFmpeg library. */
export async function openNodeAv(request: DecodeRequest): Promise<DecoderSession> {
  const { growth, choice, limits, memory, signal } = request;
  const path = growth ? undefined : request.path;
  const order: DecoderArguments = { path, choice, maxPixels: limits.maxPixels };
  const child = new DecoderProcess(process.execPath, [MAIN, JSON.stringify(order)], {
    stallMs: limits.stallMs,
    memory,
    signal,
    ...inputOf(request),
  });
  try {
    const first = await readRecord(child, 0);
    if (first.record.type !== 'info') throw await refusal(child, first.record);
    return new NodeAvSession(child, first.record.info, request);
  } catch (error) {
    await child.kill();
    throw error;
  }
}

class NodeAvSession implements DecoderSession {
  readonly info: VideoInfo;
  decodedFrames = 0;
  decodedMs = 0;
  /** When the first frame is presented. */
  #startMs: number | undefined;
  readonly #child: DecoderProcess;
  readonly #request: DecodeRequest;

  constructor(child: DecoderProcess, info: VideoInfo, request: DecodeRequest) {
    this.#child = child;
    this.info = info;
    this.#request = request;
  }

  get isStarved(): boolean {
    return this.#child.isStarved;
  }

  get pid(): number {
    return this.#child.pid;
  }

  async next(): Promise<VideoFrame | undefined> {
    for (;;) {
      const { record, pixels } = await readRecord(this.#child, this.#request.limits.maxPixels * RGB_BYTES);
      if (record.type === 'error' || record.type === 'info') throw unexpected(record);
      this.decodedFrames = record.frame;
      this.decodedMs = record.timeMs;
      this.#startMs ??= record.timeMs;
      const tooLong = lengthError(record.frame, record.timeMs - this.#startMs, this.#request.limits);
      if (tooLong) throw tooLong;
      if (record.type === 'end') {
        await this.#child.untilClosed();
        const error = unreadableEnd(this.#child.log.verdict, this.decodedFrames, this.info);
        if (error) throw error;
        return undefined;
      }
      if (record.type === 'frame') {
        const { frame, timeMs, width, height } = record;
        return { frame, timeMs, width, height, data: pixels };
      }
    }
  }

  kill(): Promise<void> {
    return this.#child.kill();
  }
}

/** The log often knows better than the return code why a file is unreadable. */
async function refusal(child: DecoderProcess, record: DecoderRecord): Promise<Error> {
  await child.untilClosed();
  const { verdict, tail } = child.log;
  if (record.type !== 'error' || record.kind !== 'unreadable' || !verdict) return unexpected(record);
  return new VideoError(verdict.kind, verdict.text, { cause: tail });
}

function unexpected(record: DecoderRecord): Error {
  if (record.type === 'error') return new VideoError(record.kind, record.text);
  return new Error(`the decoder sent ${record.type} out of turn`);
}
