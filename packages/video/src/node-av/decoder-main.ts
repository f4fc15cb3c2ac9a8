// The process that decodes: a file that breaks the decoder breaks this one alone.
import { AV_LOG_WARNING } from 'node-av/constants';
import { type Frame, Log, type Rational } from 'node-av/lib';
import { createChooser } from '../frame-chooser.ts';
import { VideoError } from '../video-error.ts';
import { Container } from './container.ts';
import { type DecoderArguments, writeRecord } from './protocol.ts';
import { RgbConverter } from './rgb-converter.ts';
import { decodeTrack } from './track-decoder.ts';

const PROGRESS_MS = 500;
const NO_TIME = -(2n ** 63n);

function decode({ path, choice, maxPixels }: DecoderArguments): void {
  const container = new Container(path, maxPixels);
  writeRecord({ type: 'info', info: container.info });
  const { timeBase } = container.stream;
  const converter = new RgbConverter(container.orientation.filters, timeBase);
  const isChosen = createChooser(choice);
  let count = 0;
  let endSeconds = 0;
  let timeMs = 0;
  let lastRecord = performance.now();
  for (const frame of decodeTrack(container, maxPixels)) {
    count++;
    // AVI has no stamps for all of its frames: as with ffmpeg, one without follows the one before.
    const seconds = presentationTime(frame, timeBase) ?? endSeconds;
    endSeconds = seconds + toSeconds(frame.duration, timeBase);
    timeMs = Math.round(seconds * 1e6) / 1e3;
    if (isChosen(count, seconds)) {
      converter.convert(frame, (size, pixels) =>
        writeRecord({ type: 'frame', frame: count, timeMs, ...size }, pixels),
      );
    } else if (count === 1 || performance.now() - lastRecord > PROGRESS_MS) {
      // Of the first frame too: the video's length is counted from its time.
      writeRecord({ type: 'progress', frame: count, timeMs });
    } else continue;
    lastRecord = performance.now();
  }
  writeRecord({ type: 'end', frame: count, timeMs });
}

/** In seconds; `undefined` for a frame without a time stamp. */
function presentationTime(frame: Frame, timeBase: Rational): number | undefined {
  const stamp = frame.bestEffortTimestamp;
  return stamp === NO_TIME ? undefined : toSeconds(stamp, timeBase);
}

function toSeconds(ticks: bigint, { num, den }: Rational): number {
  return (Number(ticks) * num) / den;
}

Log.setLevel(AV_LOG_WARNING);
try {
  decode(JSON.parse(process.argv[2] ?? '{}'));
} catch (error) {
  if (!(error instanceof VideoError)) throw error;
  writeRecord({ type: 'error', kind: error.kind, text: error.message });
}
