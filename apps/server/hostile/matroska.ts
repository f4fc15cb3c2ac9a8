import { drawScene } from '@boxwire/scenes';
import { renderScene } from '@boxwire/scenes/render';
import sharp from 'sharp';
import { element, float, ID, text, unsigned } from './ebml.ts';

export const SIZE = { width: 160, height: 120 };
const FRAMES = 8;

/** The parts of a small file, in the order in which they stand. */
export interface Parts {
  readonly docType: string;
  readonly head: Buffer;
  readonly info: Buffer;
  readonly track: Buffer;
  readonly clusters: readonly Buffer[];
}

/** A short drawn clip as MJPEG in Matroska, and as VP8 in WebM: what a lossy WebP holds is a key frame of it. */
export async function goodMatroskas(): Promise<{ mkv: Parts; webm: Parts }> {
  const scenes = Array.from({ length: FRAMES }, (_, frame) =>
    drawScene({ seed: 'matroska', ...SIZE, timeSeconds: frame / 10 }),
  );
  const jpegs = await Promise.all(scenes.map((scene) => renderScene(scene)));
  const webps = await Promise.all(jpegs.map((jpeg) => sharp(jpeg).webp().toBuffer()));
  const vp8 = webps.map((webp) => {
    const at = webp.indexOf('VP8 ', 12, 'latin1');
    return webp.subarray(at + 8, at + 8 + webp.readUInt32LE(at + 4));
  });
  return {
    mkv: toParts('matroska', 'V_MJPEG', jpegs),
    webm: toParts('webm', 'V_VP8', vp8),
  };
}

function toParts(docType: string, codec: string, frames: readonly Uint8Array[]): Parts {
  return {
    docType,
    head: header(docType),
    info: element(ID.info, unsigned(ID.timestampScale, 1_000_000), float(ID.duration, frames.length * 100)),
    track: track(codec, 1),
    clusters: [0, frames.length / 2].map((first) =>
      cluster(first * 100, frames.slice(first, first + frames.length / 2)),
    ),
  };
}

export const header = (docType: string, ...more: Buffer[]) =>
  element(
    ID.ebml,
    text(ID.docType, docType),
    unsigned(ID.docTypeVersion, 4),
    unsigned(ID.docTypeReadVersion, 2),
    ...more,
  );

export const track = (
  codec: string,
  number: number,
  size: { width: number; height: number } = SIZE,
  ...more: Buffer[]
) =>
  element(
    ID.trackEntry,
    unsigned(ID.trackNumber, number),
    unsigned(ID.trackUid, number),
    unsigned(ID.trackType, 1),
    text(ID.codecId, codec),
    element(ID.video, unsigned(ID.pixelWidth, size.width), unsigned(ID.pixelHeight, size.height)),
    ...more,
  );

/** @param relativeMs of the first frame within the cluster @param flags of each block: 0x80 for a key frame */
export function cluster(
  startMs: number,
  frames: readonly Uint8Array[],
  relativeMs = 0,
  flags = 0x80,
): Buffer {
  const blocks = frames.map((frame, index) => {
    const head = Buffer.from([0x81, 0, 0, flags]);
    head.writeInt16BE(relativeMs + index * 100, 1);
    return element(ID.simpleBlock, head, frame);
  });
  return element(ID.cluster, unsigned(ID.timestamp, startMs), ...blocks);
}

/** The file, whole and honest, or with some of its parts replaced. */
export function toMatroska(parts: Parts, changed: Partial<Parts> = {}, ...more: readonly Buffer[]): Buffer {
  const { head, info, track, clusters } = { ...parts, ...changed };
  return Buffer.concat([head, element(ID.segment, ...more, info, element(ID.tracks, track), ...clusters)]);
}
