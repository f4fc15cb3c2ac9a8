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
  /** How wide a pixel is shown, for its height. */
  readonly pixelWidth?: number;
}

/** A clip's frames as they are, in a Matroska file that says something else of them. */
export async function remux(path: string, { delayS = 0, pixelWidth = 1 }: Changes): Promise<Buffer> {
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
    await source.add(packet.clone({ timestamp: packet.timestamp + delayS }), {
      decoderConfig: { ...config, ...shown },
    });
  }
  await output.finalize();
  return Buffer.from(target.buffer ?? new ArrayBuffer());
}
