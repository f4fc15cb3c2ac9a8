import { deflateSync } from 'node:zlib';
import { element, endless, float, ID, liar, nested, text, unsigned } from './ebml.ts';
import type { HostileFile } from './hostile-file.ts';
import { cluster, header, type Parts, SIZE, toMatroska, track } from './matroska.ts';

const MANY = 5000;
/** The largest size that can be told. */
const HUGE = 2n ** 56n - 2n;

/** What other Matroska files do to their readers, made of two good ones. Nobody must come to `address`. */
export function craftedMatroskas({ mkv, webm }: { mkv: Parts; webm: Parts }, address: string): HostileFile[] {
  const pieces = takeApart(mkv);
  const files = {
    ...lyingSizes(pieces),
    ...endlessElements(pieces),
    ...nestedElements(pieces),
    ...wrongIndexes(pieces),
    ...crowds(pieces),
    ...wrongParts(pieces),
    ...wrongTimes(pieces),
    ...wrongTracks(pieces),
    ...otherFiles(pieces, webm, address),
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

type Pieces = ReturnType<typeof takeApart>;

/** What stands in a good file, and what puts other parts behind its head. */
function takeApart(mkv: Parts) {
  const { head, info, track: entry, clusters } = mkv;
  const tracks = element(ID.tracks, entry);
  const rest = Buffer.concat([info, tracks, ...clusters]);
  const [first = Buffer.alloc(0)] = clusters;
  const segment = (...parts: Buffer[]) => Buffer.concat([head, element(ID.segment, ...parts)]);
  return { mkv, head, info, entry, tracks, clusters, first, rest, segment };
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

/** Elements that say they are larger, or smaller, than they are. */
function lyingSizes(pieces: Pieces): Record<string, Buffer> {
  const { mkv, head, info, entry, tracks, clusters, first, rest, segment } = pieces;
  return {
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
  };
}

/** Elements that do not say where they end. */
function endlessElements(pieces: Pieces): Record<string, Buffer> {
  const { head, info, entry, tracks, clusters, rest, segment } = pieces;
  return {
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
  };
}

/** Elements in elements of their own kind. */
function nestedElements({ info, tracks, first, rest, segment }: Pieces): Record<string, Buffer> {
  return {
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
  };
}

/** Indexes that lead in a circle, backwards, or nowhere. */
function wrongIndexes({ rest, segment }: Pieces): Record<string, Buffer> {
  return {
    'whose index points at itself': segment(seekTo(ID.seekHead, 0), rest),
    'whose indexes point at each other': segment(seekTo(ID.seekHead, 55), seekTo(ID.seekHead, 0), rest),
    'whose index points at the segment before it': segment(
      seekTo(ID.segment, -12n & 0xffffffffffffffffn),
      rest,
    ),
    'whose index points behind all': segment(seekTo(ID.tracks, 2n ** 62n), rest),
    'whose cues point at themselves': segment(element(ID.cues, cueTo(0)), rest),
  };
}

/** Far more elements of one kind than any film has. */
function crowds({ info, tracks, clusters, rest, segment }: Pieces): Record<string, Buffer> {
  return {
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
  };
}

/** Parts that are missing, or do not add up. */
function wrongParts({ info, tracks, clusters, rest, segment }: Pieces): Record<string, Buffer> {
  return {
    'without a track': segment(info, element(ID.tracks), ...clusters),
    'without a cluster': segment(info, tracks),
    'with a wrong checksum': segment(element(ID.crc32, Buffer.alloc(4, 1)), rest),
  };
}

/** Clocks that stand still, run away, or begin before the beginning. */
function wrongTimes({ mkv, first }: Pieces): Record<string, Buffer> {
  return {
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
  };
}

/** Pictures and codecs that there are not, and frames that are not what they seem. */
function wrongTracks({ mkv, first }: Pieces): Record<string, Buffer> {
  const bomb = deflateSync(Buffer.alloc(200 * 2 ** 20));
  return {
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
  };
}

/** Files that name others, or are others. */
function otherFiles({ mkv, rest, segment }: Pieces, webm: Parts, address: string): Record<string, Buffer> {
  return {
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
}
