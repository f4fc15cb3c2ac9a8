import type { PredictionCollection } from '@boxwire/proto/mlpredictions/mlpredictions';
import { ImageSchema, MlPredictions } from '@boxwire/proto/mlpredictions/mlpredictions';
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { type Client, createClient, type Transport } from '@connectrpc/connect';
import type { Options } from './options.ts';
import type { Picture } from './pictures.ts';

/** A picture and what the server says about it. */
export interface Answer {
  readonly picture: Picture;
  readonly result: PredictionCollection;
}

export interface DetectOptions {
  readonly detection: Options['detection'];
  readonly signal: AbortSignal;
  /** Called as each picture is handed to the connection. */
  readonly onSent: (picture: Picture) => void;
  /** The largest message that the server takes: one that is larger would end the call, and is left out. */
  readonly maxMessageBytes: number;
  /** Called for each picture that is left out, with the reason. */
  readonly onRefused: (picture: Picture, message: string) => void;
}

/**
 * Streams pictures to the server over one call, and yields its answers in order, each as soon as it comes. The
 * server's flow control holds the reading: only the pictures under way are in memory.
 */
export async function* detect(
  transport: Transport,
  pictures: AsyncIterable<Picture>,
  { detection, signal, onSent, maxMessageBytes, onRefused }: DetectOptions,
): AsyncGenerator<Answer> {
  const client: Client<typeof MlPredictions> = createClient(MlPredictions, transport);
  const underWay = new Map<number, Picture>();

  async function* requests() {
    let id = 0;
    for await (const picture of pictures) {
      id++;
      const { raw, data } = picture;
      const head = { frame: id, mode: raw ? 'RGB' : '', ...raw, options: detection };
      const bytes = messageBytes(head, data);
      if (bytes > maxMessageBytes) {
        onRefused(
          picture,
          `its message has ${bytes} bytes, MAX_MESSAGE_BYTES of the server allows ${maxMessageBytes}`,
        );
        continue;
      }
      underWay.set(id, picture);
      onSent(picture);
      yield { ...head, data };
    }
  }

  for await (const result of client.predictMultipleImages(requests(), { signal })) {
    const picture = underWay.get(result.frame);
    if (!picture) throw new Error(`the server answered frame ${result.frame}, which was not asked`);
    underWay.delete(result.frame);
    yield { picture, result };
  }
  if (underWay.size > 0) throw new Error(`the server left ${underWay.size} pictures without an answer`);
}

/** The length of a message, without making it: what goes before the data may be long, too. */
function messageBytes(head: MessageInitShape<typeof ImageSchema>, { length }: Uint8Array): number {
  const lengthOfLength = Math.max(1, Math.ceil(Math.log2(length + 1) / 7));
  return toBinary(ImageSchema, create(ImageSchema, head)).length + 1 + lengthOfLength + length;
}
