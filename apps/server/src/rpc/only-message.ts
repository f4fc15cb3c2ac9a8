import { Code, ConnectError } from '@connectrpc/connect';

/** A message as gRPC frames it: flags, 32 bits of length, and so many bytes. */
export interface FramedMessage {
  readonly flags: number;
  readonly data: Uint8Array;
}

/**
 * The one message of a single call.
 *
 * @param pieces the head of a message, then the message, as `createMessageSplitter` gives them; of one that is too large the head alone
 * @throws {ConnectError} where there is none, more than one, or one that is too large: then nothing more is read
 */
export async function readOnlyMessage(
  pieces: AsyncIterable<Uint8Array>,
  maxMessageBytes: number,
): Promise<FramedMessage> {
  let head: Uint8Array | undefined;
  let data: Uint8Array | undefined;
  for await (const piece of pieces) {
    if (data) throw new ConnectError('a single call has one message', Code.Unimplemented);
    if (head) {
      data = piece;
    } else {
      head = piece;
      const length = new DataView(head.buffer, head.byteOffset).getUint32(1);
      if (length > maxMessageBytes) throw tooLarge(length, maxMessageBytes);
    }
  }
  if (!head || !data) throw new ConnectError('the message is missing', Code.Unimplemented);
  return { flags: head[0] as number, data };
}

/** In the library's words: who maps those maps these. */
function tooLarge(bytes: number, limit: number): ConnectError {
  const message = `message size ${bytes} is larger than configured readMaxBytes ${limit}`;
  return new ConnectError(message, Code.ResourceExhausted);
}
