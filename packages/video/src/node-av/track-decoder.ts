import { Codec, CodecContext, Frame, Packet } from 'node-av/lib';
import { DECODER_THREADS } from '../formats.ts';
import { VideoError } from '../video-error.ts';
import type { Container } from './container.ts';
import { check } from './filter-chain.ts';

/** The track's frames in order of presentation. The yielded frame is used again: take what is needed before going on. */
export function* decodeTrack(container: Container, maxPixels: number): Generator<Frame> {
  const { codecpar, timeBase } = container.stream;
  const codec = Codec.findDecoder(codecpar.codecId);
  if (!codec) throw new VideoError('unsupported', 'there is no decoder for it');
  const context = new CodecContext();
  context.allocContext3(codec);
  context.parametersToContext(codecpar);
  context.pktTimebase = timeBase;
  context.threadCount = DECODER_THREADS;
  // Not by open2's dictionary, which it takes apart: node-av would free it again when it is collected.
  check(context.setOption('max_pixels', maxPixels));
  if (context.open2Sync(codec, null) < 0) {
    throw new VideoError('unreadable', `the ${codec.name} decoder does not take it`);
  }
  const frame = new Frame();
  frame.alloc();
  const packet = new Packet();
  packet.alloc();
  let reading = true;
  while (reading) {
    reading = container.read(packet);
    // A packet that is damaged gives an error and no frame; the next one may be good again.
    context.sendPacketSync(reading ? packet : null);
    while (context.receiveFrameSync(frame) >= 0) {
      yield frame;
      frame.unref();
    }
  }
}
