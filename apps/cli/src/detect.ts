import type { PredictionCollection } from '@boxwire/proto/mlpredictions/mlpredictions';
import { MlPredictions } from '@boxwire/proto/mlpredictions/mlpredictions';
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
}

/**
 * Streams pictures to the server over one call, and yields its answers in order, each as soon as it comes. The
 * server's flow control holds the reading: only the pictures under way are in memory.
 */
export async function* detect(
  transport: Transport,
  pictures: AsyncIterable<Picture>,
  { detection, signal, onSent }: DetectOptions,
): AsyncGenerator<Answer> {
  const client: Client<typeof MlPredictions> = createClient(MlPredictions, transport);
  const underWay = new Map<number, Picture>();

  async function* requests() {
    let id = 0;
    for await (const picture of pictures) {
      id++;
      underWay.set(id, picture);
      onSent(picture);
      const { raw, data } = picture;
      yield { frame: id, mode: raw ? 'RGB' : '', ...raw, data, options: detection };
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
