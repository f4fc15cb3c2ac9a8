import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rename, rm } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { hasNodeAv } from './node-av/open-node-av.ts';
import type { VideoFrame } from './video.ts';
import { VideoError } from './video-error.ts';

const MAIN = fileURLToPath(new URL('node-av/encoder-main.ts', import.meta.url));

/** A video that is being written. Its file appears when it is finished, whole or not at all. */
export interface VideoWriter {
  /** Appends a frame; resolves when the encoder takes more. The pixels must not be changed until then. */
  write(frame: Pick<VideoFrame, 'timeMs' | 'data'>): Promise<void>;
  /** @throws {VideoError} `decoder-died` where the encoder failed */
  finish(): Promise<void>;
  /** Ends the encoder; nothing is left behind. */
  abort(): Promise<void>;
}

/** Whether videos can be written here: that needs the optional package. */
export function canWriteVideo(): boolean {
  return hasNodeAv();
}

/**
 * Writes H.264 in MP4, in a process of its own. Frames keep their times, except that the first one is shown from the start;
 * of a clock that starts late, all are set back.
 * @param size of every frame, in pixels; an odd side is stretched by one pixel
 */
export function createVideoWriter(path: string, size: { width: number; height: number }): VideoWriter {
  const partial = `${path}.partial`;
  const child = spawn(process.execPath, [MAIN, JSON.stringify({ path: partial, ...size })], {
    stdio: ['pipe', 'ignore', 'pipe'],
    env: {},
  });
  const closed = once(child, 'close').catch(() => {});
  const log = text(child.stderr);
  child.stdin.on('error', () => {});
  const placeMs = createTimeline();

  async function died(): Promise<VideoError> {
    await closed;
    await rm(partial, { force: true });
    const cause = await log;
    const fate = child.signalCode ? `killed by ${child.signalCode}` : `exit code ${child.exitCode}`;
    const reason = cause.trim().split('\n').at(-1) || fate;
    return new VideoError('decoder-died', `${path} could not be encoded: ${reason}`, { cause });
  }

  return {
    async write({ timeMs, data }) {
      const time = Buffer.alloc(8);
      time.writeDoubleLE(placeMs(timeMs));
      const { stdin } = child;
      stdin.write(time);
      if (!stdin.write(data)) await Promise.race([once(stdin, 'drain'), closed]).catch(() => {});
      // A pipe that breaks is told by how the child ends.
      if (stdin.destroyed) throw await died();
    },
    async finish() {
      child.stdin.end();
      await closed;
      if (child.exitCode !== 0) throw await died();
      try {
        await rename(partial, path);
      } finally {
        await rm(partial, { force: true });
      }
    },
    async abort() {
      child.kill('SIGKILL');
      await closed;
      await rm(partial, { force: true });
    },
  };
}

/** @returns for the time of each frame, in order, when it is to be shown */
function createTimeline(): (timeMs: number) => number {
  let firstMs: number | undefined;
  let offsetMs: number | undefined;
  return (timeMs) => {
    if (firstMs === undefined) {
      firstMs = timeMs;
      return 0;
    }
    // The first chosen frame of a video does not come later than the second comes after it.
    offsetMs ??= firstMs < 0 || firstMs > timeMs - firstMs ? firstMs : 0;
    return timeMs - offsetMs;
  };
}
