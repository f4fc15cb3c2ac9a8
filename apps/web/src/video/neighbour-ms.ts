import { ALL_FORMATS, BlobSource, EncodedPacketSink, Input } from 'mediabunny';

/** Opened once: the next step is in the same file. */
const sinks = new WeakMap<Blob, Promise<EncodedPacketSink>>();

const TIMES_ONLY = { metadataOnly: true } as const;

/** Browsers round times to this, in seconds; pictures are further apart. */
const ROUNDING_S = 0.001;

/** Later pictures may be stored before an earlier one, but never more than this, in H.264 and its successors. */
const MOST_REORDERED = 16;

/**
 * When the picture after (1) or before (-1) another one begins, by the file's own times, which need not be even.
 *
 * @param timeMs when the other one begins, or any time at which it is shown
 * @returns in milliseconds; undefined where the video begins or ends
 * @throws when the file cannot be read
 */
export async function neighbourMs(file: Blob, timeMs: number, by: 1 | -1): Promise<number | undefined> {
  const opened = sinks.get(file) ?? openSink(file);
  sinks.set(file, opened);
  const sink = await opened;
  const here = await sink.getPacket(timeMs / 1_000 + ROUNDING_S, TIMES_ONLY);
  const hereS = here?.timestamp ?? Number.NEGATIVE_INFINITY;
  const neighbourS = by > 0 ? await nextAfter(sink, hereS) : await lastBefore(sink, hereS);
  return neighbourS === undefined ? undefined : neighbourS * 1_000;
}

async function openSink(file: Blob): Promise<EncodedPacketSink> {
  const track = await new Input({
    formats: ALL_FORMATS,
    source: new BlobSource(file),
  }).getPrimaryVideoTrack();
  if (!track) throw new Error('there are no pictures in the file');
  return new EncodedPacketSink(track);
}

async function lastBefore(sink: EncodedPacketSink, timeS: number): Promise<number | undefined> {
  const packet = await sink.getPacket(timeS - ROUNDING_S / 1_000, TIMES_ONLY);
  return packet?.timestamp;
}

async function nextAfter(sink: EncodedPacketSink, timeS: number): Promise<number | undefined> {
  const start = (await sink.getKeyPacket(timeS, TIMES_ONLY)) ?? (await sink.getFirstPacket(TIMES_ONLY));
  if (!start) return undefined;
  const later: number[] = [];
  for await (const { timestamp } of sink.packets(start, undefined, TIMES_ONLY)) {
    if (timestamp > timeS) later.push(timestamp);
    if (later.length > MOST_REORDERED) break;
  }
  return later.length > 0 ? Math.min(...later) : undefined;
}
