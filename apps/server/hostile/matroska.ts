import { deflateSync } from 'node:zlib';
import { drawScene } from '@boxwire/scenes';
import { renderScene } from '@boxwire/scenes/render';
import sharp from 'sharp';
import { element, endless, float, ID, liar, nested, text, unsigned } from './ebml.ts';
import type { HostileFile } from './hostile-file.ts';

const SIZE = { width: 160, height: 120 };
const FRAMES = 8;
const MANY = 5000;
/** The largest size that can be told. */
const HUGE = 2n ** 56n - 2n;

/** The parts of a small file, in the order in which they stand. */
interface Parts {
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

const header = (docType: string, ...more: Buffer[]) =>
  element(
    ID.ebml,
    text(ID.docType, docType),
    unsigned(ID.docTypeVersion, 4),
    unsigned(ID.docTypeReadVersion, 2),
    ...more,
  );

const track = (
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
function cluster(startMs: number, frames: readonly Uint8Array[], relativeMs = 0, flags = 0x80): Buffer {
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

const seekTo = (id: number, position: number | bigint) => {
  const name = Buffer.alloc(4);
  name.writeUInt32BE(id);
  return element(
    ID.seekHead,
    element(ID.seek, element(ID.seekId, name), unsigned(ID.seekPosition, position)),
  );
};

const cueTo = (position: number | bigint) =>
  element(
    ID.cuePoint,
    unsigned(ID.cueTime, 0),
    element(ID.cueTrackPositions, unsigned(ID.cueTrack, 1), unsigned(ID.cueClusterPosition, position)),
  );

const encoded = (...what: Buffer[]) => element(ID.contentEncodings, element(ID.contentEncoding, ...what));

/** Sizes that lie, elements without an end, loops, recursion, and what other Matroska files do to their readers. */
export function craftedMatroskas({ mkv, webm }: { mkv: Parts; webm: Parts }, address: string): HostileFile[] {
  const { head, info, track: entry, clusters } = mkv;
  const tracks = element(ID.tracks, entry);
  const rest = Buffer.concat([info, tracks, ...clusters]);
  const segment = (...parts: Buffer[]) => Buffer.concat([head, element(ID.segment, ...parts)]);
  const [first = Buffer.alloc(0)] = clusters;
  const bomb = deflateSync(Buffer.alloc(200 * 2 ** 20));
  const files: Record<string, Buffer> = {
    'whose segment is larger than any disk': Buffer.concat([head, liar(ID.segment, HUGE, rest)]),
    'whose segment is empty, and goes on': Buffer.concat([head, liar(ID.segment, 0n, rest)]),
    'whose header is larger than any disk': Buffer.concat([liar(ID.ebml, HUGE, head.subarray(12)), rest]),
    'whose tracks are larger than the segment': segment(info, liar(ID.tracks, HUGE, entry), ...clusters),
    'whose track is larger than the tracks': segment(
      info,
      element(ID.tracks, liar(ID.trackEntry, 2n ** 40n, entry.subarray(9))),
      ...clusters,
    ),
    'whose cluster is larger than the segment': segment(
      info,
      tracks,
      liar(ID.cluster, HUGE, first.subarray(12)),
    ),
    'whose block has no bytes': toMatroska(mkv, { clusters: [element(ID.cluster, element(ID.simpleBlock))] }),
    'whose block is larger than its cluster': toMatroska(mkv, {
      clusters: [
        element(ID.cluster, unsigned(ID.timestamp, 0), liar(ID.simpleBlock, HUGE, Buffer.from([0x81]))),
      ],
    }),
    'whose private data take four gigabytes': toMatroska(mkv, {
      track: track('V_MJPEG', 1, SIZE, liar(ID.codecPrivate, 2n ** 32n)),
    }),
    'of elements without an end': Buffer.concat([
      head,
      endless(
        ID.segment,
        info,
        endless(ID.tracks, entry),
        ...clusters.map((one) => endless(ID.cluster, one.subarray(12))),
      ),
    ]),
    'of segments without an end in each other': Buffer.concat([
      head,
      nested((inner) => endless(ID.segment, inner), MANY),
    ]),
    'of clusters without an end in each other': segment(
      info,
      tracks,
      nested((inner) => endless(ID.cluster, inner), MANY),
    ),
    'of void without an end': segment(endless(ID.void), rest),
    'of clusters in clusters': segment(
      info,
      tracks,
      nested((inner) => element(ID.cluster, inner, first), 12),
    ),
    'of tags in tags': segment(
      element(
        ID.tags,
        element(
          ID.tag,
          nested((inner) => element(ID.simpleTag, inner), MANY),
        ),
      ),
      rest,
    ),
    'of chapters in chapters': segment(
      element(
        ID.chapters,
        element(
          ID.editionEntry,
          nested((inner) => element(ID.chapterAtom, inner), MANY),
        ),
      ),
      rest,
    ),
    'of headers in headers': nested((inner) => element(ID.ebml, inner), MANY),
    'whose index points at itself': segment(seekTo(ID.seekHead, 0), rest),
    'whose indexes point at each other': segment(seekTo(ID.seekHead, 55), seekTo(ID.seekHead, 0), rest),
    'whose index points at the segment before it': segment(
      seekTo(ID.segment, -12n & 0xffffffffffffffffn),
      rest,
    ),
    'whose index points behind all': segment(seekTo(ID.tracks, 2n ** 62n), rest),
    'whose cues point at themselves': segment(element(ID.cues, cueTo(0)), rest),
    'of thousands of cues': segment(rest, element(ID.cues, ...Array(MANY).fill(cueTo(0)))),
    'of thousands of tracks': segment(
      info,
      element(ID.tracks, ...Array.from({ length: MANY }, (_, number) => track('V_MJPEG', number + 1))),
      ...clusters,
    ),
    'of thousands of voids': segment(Buffer.concat(Array(20 * MANY).fill(element(ID.void))), rest),
    'of thousands of empty clusters': segment(
      info,
      tracks,
      Buffer.concat(Array(4 * MANY).fill(element(ID.cluster))),
    ),
    'without a track': segment(info, element(ID.tracks), ...clusters),
    'without a cluster': segment(info, tracks),
    'with a wrong checksum': segment(element(ID.crc32, Buffer.alloc(4, 1)), rest),
    'of no duration': toMatroska(mkv, { info: element(ID.info, float(ID.duration, 0)) }),
    'that lasts for ever': toMatroska(mkv, {
      info: element(ID.info, float(ID.duration, Number.POSITIVE_INFINITY)),
    }),
    'that lasts no number': toMatroska(mkv, { info: element(ID.info, float(ID.duration, Number.NaN)) }),
    'that ends before it begins': toMatroska(mkv, { info: element(ID.info, float(ID.duration, -1e300)) }),
    'whose clock stands still': toMatroska(mkv, { info: element(ID.info, unsigned(ID.timestampScale, 0)) }),
    'whose clock runs away': toMatroska(mkv, {
      info: element(ID.info, unsigned(ID.timestampScale, 2n ** 63n)),
    }),
    'with times before the beginning': toMatroska(mkv, { clusters: [cluster(0, [first, first], -32_768)] }),
    'with times at the end of time': toMatroska(mkv, {
      clusters: [element(ID.cluster, unsigned(ID.timestamp, 2n ** 64n - 1n), first.subarray(12 + 17))],
    }),
    'with a frame every nanosecond': toMatroska(mkv, {
      track: track('V_MJPEG', 1, SIZE, unsigned(ID.defaultDuration, 1)),
    }),
    'of 65535x65535': toMatroska(mkv, { track: track('V_MJPEG', 1, { width: 65_535, height: 65_535 }) }),
    'of no pixels': toMatroska(mkv, { track: track('V_MJPEG', 1, { width: 0, height: 0 }) }),
    'of a codec that there is not': toMatroska(mkv, { track: track('V_NONE', 1) }),
    'of a codec with an endless name': toMatroska(mkv, { track: track('V'.repeat(2 ** 20), 1) }),
    ...Object.fromEntries(
      [2, 4, 6].map((lacing) => [
        `whose blocks say that they are 256 frames (lacing ${lacing})`,
        toMatroska(mkv, {
          clusters: [cluster(0, [Buffer.concat([Buffer.alloc(300, 255), first])], 0, 0x80 | lacing)],
        }),
      ]),
    ),
    'whose frames are 200 MB of nothing, compressed': toMatroska(mkv, {
      track: track('V_MJPEG', 1, SIZE, encoded(element(ID.contentCompression))),
      clusters: [cluster(0, [bomb, bomb])],
    }),
    'that says it is encrypted': toMatroska(mkv, {
      track: track(
        'V_MJPEG',
        1,
        SIZE,
        encoded(unsigned(ID.contentEncodingType, 1), element(ID.contentEncryption)),
      ),
    }),
    'that goes on in other files': toMatroska(mkv, {
      info: element(
        ID.info,
        text(ID.previousFileName, '/etc/passwd'),
        text(ID.nextFileName, `${address}/next.mkv`),
      ),
    }),
    'with an attachment larger than the file': segment(
      rest,
      element(
        ID.attachments,
        element(ID.attachedFile, text(ID.fileName, '../../a'), liar(ID.fileData, 2n ** 33n)),
      ),
    ),
    'of a later version': Buffer.concat([
      header('matroska', unsigned(ID.docTypeReadVersion, 99)),
      element(ID.segment, rest),
    ]),
    'of another kind': Buffer.concat([header('something'), element(ID.segment, rest)]),
    'with sizes of 255 bytes': Buffer.concat([
      header('matroska', unsigned(ID.maxSizeLength, 255)),
      element(ID.segment, rest),
    ]),
    'twice in one file': Buffer.concat([toMatroska(mkv), toMatroska(webm)]),
  };
  return [
    // What the others are made of is good.
    { name: 'matroska as it should be', fileName: 'a.mkv', bytes: toMatroska(mkv), expected: 'boxes' },
    { name: 'webm as it should be', fileName: 'a.webm', bytes: toMatroska(webm), expected: 'boxes' },
    // FFmpeg forgives much.
    ...Object.entries(files).map(([name, bytes]) => ({
      ...{ name: `matroska ${name}`, fileName: 'a.mkv', bytes, expected: 'either' as const },
    })),
  ];
}
