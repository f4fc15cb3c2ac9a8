import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '@boxwire/video/make-folder';
import { canWriteVideo, createVideoWriter, type VideoWriter } from '@boxwire/video/write';
import sharp from 'sharp';
import type { Answer } from './detect.ts';
import { drawBoxes } from './draw-boxes.ts';
import { UsageError } from './options.ts';

/**
 * Pictures and videos with their boxes, in a folder: `photo.jpg.boxes.jpg`, `clip.mp4.boxes.mp4`. Where no video can be
 * written, its frames are: `clip.mp4.000024.boxes.jpg`. Where two sources would have the same file, the later has a
 * number: `photo.jpg.2.boxes.jpg`. Answers come in order, a video's together.
 */
export class AnnotatedFiles implements AsyncDisposable {
  readonly #folder: string;
  readonly #warn: (line: string) => void;
  readonly #hasVideos = canWriteVideo();
  /** By source, from the folder; each is here once, in whatever case. */
  readonly #names = new Map<string, string>();
  readonly #taken = new Set<string>();
  #hasWarned = false;
  #video: { source: string; width: number; height: number; writer: VideoWriter } | undefined;

  private constructor(folder: string, warn: (line: string) => void) {
    this.#folder = folder;
    this.#warn = warn;
  }

  /** Makes the folder. @throws {UsageError} when it is a file */
  static async open(folder: string, warn: (line: string) => void): Promise<AnnotatedFiles> {
    await makeFolder(folder).catch(({ code, message }: NodeJS.ErrnoException) => {
      if (code === 'EEXIST' || code === 'ENOTDIR')
        throw new UsageError(`--out is ${folder}, which is no folder`);
      throw new Error(`${folder} cannot be made: ${message}`);
    });
    return new AnnotatedFiles(folder, warn);
  }

  async write(answer: Answer): Promise<void> {
    const { source, frame, raw } = answer.picture;
    if (this.#video?.source !== source) await this.finish();
    if (raw && this.#hasVideos) return this.#appendFrame(answer);
    if (raw && !this.#hasWarned)
      this.#warn('frames are written as pictures: the package node-av is not installed');
    this.#hasWarned ||= raw !== undefined;
    const number = raw ? `.${String(frame).padStart(6, '0')}` : '';
    const path = await this.#pathFor(source, `${number}.boxes.jpg`);
    const jpeg = await drawBoxes(answer).jpeg({ quality: 90 }).toBuffer();
    await writeFile(path, jpeg).catch((cause) => {
      throw new Error(`${path} cannot be written: ${cause.message}`, { cause });
    });
  }

  /** Completes the video that is being written. */
  async finish(): Promise<void> {
    const video = this.#video;
    this.#video = undefined;
    await video?.writer.finish();
  }

  /** Leaves nothing half done behind. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#video?.writer.abort();
  }

  async #appendFrame(answer: Answer): Promise<void> {
    const { source, timeMs, raw } = answer.picture;
    if (!raw) return;
    if (!this.#video) {
      const writer = createVideoWriter(await this.#pathFor(source, '.boxes.mp4'), raw);
      this.#video = { source, ...raw, writer };
    }
    const { width, height, writer } = this.#video;
    const { data, info } = await drawBoxes(answer).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    // A video may change its size on the way; the one that is written keeps its first.
    const fits = info.width === width && info.height === height;
    const frame = fits ? data : await resize(data, raw, { width, height });
    await writer.write({ timeMs, data: frame });
  }

  async #pathFor(source: string, ending: string): Promise<string> {
    const path = join(this.#folder, `${this.#nameOf(source)}${ending}`);
    await makeFolder(dirname(path));
    return path;
  }

  /** A source may begin with ../ and must not lead out of the folder. */
  #nameOf(source: string): string {
    const known = this.#names.get(source);
    if (known !== undefined) return known;
    const parts = source.split(/[\\/]/).filter((part) => !['', '.', '..'].includes(part));
    const plain = join(...parts);
    let name = plain;
    for (let use = 2; this.#taken.has(name.toLowerCase()); use++) name = `${plain}.${use}`;
    this.#taken.add(name.toLowerCase());
    this.#names.set(source, name);
    return name;
  }
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function resize(data: Buffer, from: Size, to: Size): Promise<Buffer> {
  const image = sharp(data, { raw: { ...from, channels: 3 } });
  return image
    .resize({ ...to, fit: 'fill' })
    .raw()
    .toBuffer();
}
