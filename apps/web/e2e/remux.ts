import { readFile } from 'node:fs/promises';
import {
  ALL_FORMATS,
  BlobSource,
  BufferTarget,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  MkvOutputFormat,
  Output,
} from 'mediabunny';

interface Changes {
  /** How much later the first frame comes than at 0. */
  readonly delayS?: number;
  /** From this time on, each frame lasts as long as 25 did. */
  readonly slowFromS?: number;
  /** How wide a pixel is shown, for its height. */
  readonly pixelWidth?: number;
}

/** A clip's frames as they are, in a Matroska file that says something else of them. */
export async function remux(path: string, changes: Changes): Promise<Buffer> {
  const { delayS = 0, slowFromS = Number.POSITIVE_INFINITY, pixelWidth = 1 } = changes;
  const retime = (timeS: number) => delayS + timeS + 24 * Math.max(0, timeS - slowFromS);
  using input = new Input({
    formats: ALL_FORMATS,
    source: new BlobSource(new Blob([await readFile(path)])),
  });
  const track = await input.getPrimaryVideoTrack();
  const [codec, config] = [await track?.getCodec(), await track?.getDecoderConfig()];
  if (!track || !codec || !config) throw new Error(`${path} has no frames that can be copied`);
  const target = new BufferTarget();
  const output = new Output({ format: new MkvOutputFormat(), target });
  const source = new EncodedVideoPacketSource(codec);
  output.addVideoTrack(source);
  await output.start();
  const { codedWidth = 1, codedHeight = 1 } = config;
  const shown = { displayAspectWidth: codedWidth * pixelWidth, displayAspectHeight: codedHeight };
  for await (const packet of new EncodedPacketSink(track).packets()) {
    await source.add(packet.clone({ timestamp: retime(packet.timestamp) }), {
      decoderConfig: { ...config, ...shown },
    });
  }
  await output.finalize();
  return Buffer.from(target.buffer ?? new ArrayBuffer());
}
