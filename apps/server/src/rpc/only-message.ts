import { Code, ConnectError } from '@connectrpc/connect';

const HEAD_BYTES = 5;

/** A message as gRPC frames it: flags, 32 bits of length, and so many bytes. */
export interface FramedMessage {
  readonly flags: number;
  readonly data: Uint8Array;
}

/**
 * The one message of a single call.
 *
 * @throws {ConnectError} where there is none, part of one, more than one, or one that is too large: then nothing more is read
 */
export async function readOnlyMessage(
  body: AsyncIterable<Uint8Array>,
  maxMessageBytes: number,
): Promise<FramedMessage> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let head: Buffer | undefined;
  let end = HEAD_BYTES;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (!head && size >= HEAD_BYTES) {
      head = Buffer.concat(chunks, HEAD_BYTES);
      const length = head.readUInt32BE(1);
      if (length > maxMessageBytes) throw tooLarge(length, maxMessageBytes);
      end = HEAD_BYTES + length;
    }
    if (head && size > end) throw new ConnectError('a single call has one message', Code.Unimplemented);
  }
  if (size === 0) throw new ConnectError('the message is missing', Code.Unimplemented);
  if (!head || size < end) throw new ConnectError('the message was cut off', Code.InvalidArgument);
  return { flags: head.readUInt8(0), data: Buffer.concat(chunks, size).subarray(HEAD_BYTES) };
}

/** In the library's words: who maps those maps these. */
function tooLarge(bytes: number, limit: number): ConnectError {
  const message = `message size ${bytes} is larger than configured readMaxBytes ${limit}`;
  return new ConnectError(message, Code.ResourceExhausted);
}
