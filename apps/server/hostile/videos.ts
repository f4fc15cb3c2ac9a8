import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawScene } from '@boxwire/scenes';
import { renderScene } from '@boxwire/scenes/render';
import { canWriteVideo, createVideoWriter } from '@boxwire/video/write';
import { writeAvi, writeSilentAvi } from '../../../packages/video/test/avi.ts';
import { isoBoundaries, riffBoundaries } from './boundaries.ts';
import { ebmlBoundaries } from './ebml.ts';
import type { HostileFile } from './hostile-file.ts';
import { box, findBox, withNumbers } from './iso-boxes.ts';
import { bitFlips, truncations } from './mutations.ts';

const SIZE = { width: 160, height: 120 };
const FRAMES = 12;

/** A short drawn clip: H.264 in MP4 where videos can be written here, and MJPEG in AVI. */
export async function goodVideos(): Promise<Record<string, Buffer>> {
  const avi = await writeAvi({ ...SIZE, frames: FRAMES });
  return canWriteVideo() ? { avi, mp4: await drawnMp4() } : { avi };
}

async function drawnMp4(): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'boxwire-hostile-'));
  try {
    const writer = createVideoWriter(join(folder, 'a.mp4'), SIZE);
    for (let frame = 0; frame < FRAMES; frame++) {
      const scene = drawScene({ seed: 'hostile', ...SIZE, timeSeconds: frame / 10 });
      await writer.write({ timeMs: frame * 100, data: await renderScene(scene, { format: 'raw' }) });
    }
    await writer.finish();
    return readFileSync(join(folder, 'a.mp4'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const BOUNDARIES = { avi: riffBoundaries, mp4: isoBoundaries, mkv: ebmlBoundaries, webm: ebmlBoundaries };

interface Spoiling {
  /** At most so many of each format. */
  readonly cuts: number;
  readonly flips: number;
  readonly seed: number;
}

/** Every good video, cut and with bits turned. */
export function spoiltVideos(good: Record<string, Buffer>, { cuts, flips, seed }: Spoiling): HostileFile[] {
  return Object.entries(good).flatMap(([kind, bytes]) => {
    const boundaries = BOUNDARIES[kind as keyof typeof BOUNDARIES];
    const original = { kind, fileName: `a.${kind}`, bytes, boundaries };
    return [...truncations(original, cuts), ...bitFlips(original, flips, seed)];
  });
}

const video = (name: string, fileName: string, bytes: Buffer, expected: HostileFile['expected'] = 'error') =>
  ({ name, fileName, bytes, expected }) as const;

/** Boxes that lie: about sizes, times, counts, and where the data are. */
export function craftedMp4s(mp4: Buffer, address: string): HostileFile[] {
  const whole = { at: findBox(mp4, 'moov'), size: mp4.readUInt32BE(findBox(mp4, 'moov')) };
  const moov = mp4.subarray(whole.at, whole.at + whole.size);
  const trak = moov.subarray(findBox(moov, 'trak')).subarray(0, moov.readUInt32BE(findBox(moov, 'trak')));
  const without = Buffer.concat([mp4.subarray(0, whole.at), mp4.subarray(whole.at + whole.size)]);
  const tracks = box('moov', moov.subarray(8), ...Array(3000).fill(trak));
  let nested = box('moov');
  for (let depth = 0; depth < 5000; depth++) nested = box('moov', nested);
  const reference = box(
    'dref',
    Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]),
    box('url ', Buffer.alloc(4), Buffer.from(`${address}/dref.mp4\0`)),
  );
  const entry = findBox(mp4, 'avc1') + 8;
  const lies = [
    video('mp4 of 3000 tracks', 'a.mp4', Buffer.concat([without, tracks])),
    video('mp4 of 5000 boxes in each other', 'a.mp4', Buffer.concat([mp4.subarray(0, whole.at), nested])),
    video('mp4 whose box is larger than the file', 'a.mp4', withNumbers(mp4, 'moov', -8, [0xffffffff])),
    video('mp4 whose box has no size', 'a.mp4', withNumbers(mp4, 'trak', -8, [1])),
    video('mp4 whose box holds itself', 'a.mp4', withNumbers(mp4, 'mdia', -8, [whole.size])),
    video('mp4 of no duration', 'a.mp4', withNumbers(withNumbers(mp4, 'mvhd', 16, [0]), 'mdhd', 16, [0])),
    video(
      'mp4 with no ticks in a second',
      'a.mp4',
      withNumbers(withNumbers(mp4, 'mvhd', 12, [0]), 'mdhd', 12, [0]),
    ),
    video('mp4 of four billion samples', 'a.mp4', withNumbers(mp4, 'stsz', 8, [0xffffffff])),
    video('mp4 whose samples last for ever', 'a.mp4', withNumbers(mp4, 'stts', 8, [0x7fffffff])),
    video('mp4 with times before the beginning', 'a.mp4', withNumbers(mp4, 'stts', 8, [-100])),
    video('mp4 whose samples are elsewhere', 'a.mp4', withNumbers(mp4, 'stco', 8, [0xfffffff0])),
    video(
      'mp4 of 65535x65535',
      'a.mp4',
      Buffer.concat([mp4.subarray(0, entry + 24), Buffer.alloc(4, 255), mp4.subarray(entry + 28)]),
    ),
    video(
      'mp4 whose data is at an address',
      'a.mp4',
      Buffer.from(mp4.toString('latin1').replace(/dref[\s\S]{20}/, reference.toString('latin1')), 'latin1'),
    ),
  ];
  // FFmpeg forgives much.
  return lies.map((file) => ({ ...file, expected: 'either' as const }));
}

const EBML = Buffer.from(
  '1a45dfa39f4286810142f7810142f2810442f381084282847765626d42878104428581021853806701ffffffffffffff',
  'hex',
);

/** Lists of addresses, other containers, and a Matroska file that begins again and again. */
export function oddVideos(good: Record<string, Buffer>, address: string): HostileFile[] {
  const { avi = Buffer.alloc(0) } = good;
  const texts: Record<string, string> = {
    'a.m3u8': `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n${address}/hls.ts\n#EXT-X-ENDLIST\n`,
    'm3u8.mp4': `#EXTM3U\n#EXTINF:1,\n${address}/hls.mp4\n`,
    'a.ffconcat': `ffconcat version 1.0\nfile '${address}/concat.mp4'\nfile /etc/passwd\n`,
    'concat.avi': `ffconcat version 1.0\nfile '${address}/concat.avi'\n`,
    'a.mpd': `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period><BaseURL>${address}/dash</BaseURL></Period></MPD>`,
    'a.sdp': `v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video ${new URL(address).port} RTP/AVP 96\n`,
    'a.asx': `<asx version="3.0"><entry><ref href="${address}/asx"/></entry></asx>`,
    'a.mkv': 'no Matroska at all',
  };
  return [
    ...Object.entries(texts).map(([fileName, text]) =>
      video(`${fileName} as a video`, fileName, Buffer.from(text)),
    ),
    video('matroska that begins again and again', 'a.mkv', Buffer.concat(Array(2000).fill(EBML))),
    video('avi of sound alone', 'a.avi', writeSilentAvi()),
    video('avi without a frame', 'a.avi', avi.subarray(0, avi.indexOf('movi') + 4)),
    video('avi called a picture', 'a.jpg', avi, 'either'),
  ];
}
