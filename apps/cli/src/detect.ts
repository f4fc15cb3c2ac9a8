import type { PredictionCollection } from '@boxwire/proto/mlpredictions/mlpredictions';
import { ImageSchema, MlPredictions } from '@boxwire/proto/mlpredictions/mlpredictions';
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { Code, ConnectError, createClient, type Transport } from '@connectrpc/connect';
import type { Options } from './options.ts';
import { Outbox, type Sent } from './outbox.ts';
import type { Patience } from './patience.ts';
import type { Picture } from './read-pictures.ts';

/** A picture and what the server says about it. */
export interface Answer {
  readonly picture: Picture;
  readonly result: PredictionCollection;
}

export interface DetectOptions {
  readonly detection: Options['detection'];
  readonly signal: AbortSignal;
  /** With a server that is lost or replaced on the way. */
  readonly patience: Patience;
  /** Called as each picture is handed to the connection, the first time. */
  readonly onSent: (picture: Picture) => void;
  /** The largest message that the server takes: one that is larger would end the call, and is left out. */
  readonly maxMessageBytes: number;
  /** Called for each picture that is left out, with the reason. */
  readonly onRefused: (picture: Picture, message: string) => void;
}

/** An image may be in a worker that is killed by chance; one in so many is what kills them. */
const MAX_TRIES = 4;

/**
 * Streams pictures to the server, and yields its answers in order, each as soon as it comes. It takes one call, and
 * another where that breaks: what is not answered then is sent again. The server's flow control holds the reading:
 * only the pictures under way are in memory.
 */
export async function* detect(
  transport: Transport,
  pictures: AsyncIterable<Picture>,
  options: DetectOptions,
): AsyncGenerator<Answer> {
  const outbox = new Outbox(pictures);
  for (;;) {
    try {
      yield* oneCall(transport, outbox, options);
      if (outbox.isDone) return;
      throw new ConnectError('the server ended the call before all was answered', Code.Aborted);
    } catch (error) {
      // All is answered, and only the goodbye got lost.
      if (outbox.isDone) return;
      await options.patience.after(error);
    }
  }
}

async function* oneCall(
  transport: Transport,
  outbox: Outbox,
  options: DetectOptions,
): AsyncGenerator<Answer> {
  const { patience, signal } = options;
  // A call that is given up before its end is not to go on sending.
  const over = new AbortController();
  const client = createClient(MlPredictions, transport);
  const calling = { signal: AbortSignal.any([signal, over.signal]) };
  try {
    for await (const result of client.predictMultipleImages(requests(outbox, options), calling)) {
      const retryable = unavailable(result);
      // This one and those behind it go out again, so that the order stays.
      if (retryable && outbox.failed(result.frame) < MAX_TRIES && patience.has(retryable)) throw retryable;
      if (!retryable) patience.restore();
      yield { picture: outbox.answered(result.frame), result };
    }
  } finally {
    over.abort();
  }
}

/** An image that failed for a reason that passes, as with the worker that had it: the stream itself goes on. */
function unavailable({ error }: PredictionCollection): ConnectError | undefined {
  return error?.code === Code.Unavailable ? new ConnectError(error.message, Code.Unavailable) : undefined;
}

async function* requests(outbox: Outbox, options: DetectOptions) {
  const { maxMessageBytes, onRefused, onSent } = options;
  const admit = (sent: Sent) => {
    const [, picture] = sent;
    const bytes = messageBytes(headOf(sent, options), picture.data);
    if (bytes <= maxMessageBytes) onSent(picture);
    else
      onRefused(
        picture,
        `its message has ${bytes} bytes, MAX_MESSAGE_BYTES of the server allows ${maxMessageBytes}`,
      );
    return bytes <= maxMessageBytes;
  };
  for await (const sent of outbox.forNextCall(admit)) {
    yield { ...headOf(sent, options), data: sent[1].data };
  }
}

/** A message but for its data. */
function headOf([id, { raw }]: Sent, { detection }: DetectOptions) {
  return { frame: id, mode: raw ? 'RGB' : '', ...raw, options: detection };
}

/** The length of a message, without making it: what goes before the data may be long, too. */
function messageBytes(head: MessageInitShape<typeof ImageSchema>, { length }: Uint8Array): number {
  const lengthOfLength = Math.max(1, Math.ceil(Math.log2(length + 1) / 7));
  return toBinary(ImageSchema, create(ImageSchema, head)).length + 1 + lengthOfLength + length;
}
