// A gRPC client that does as little as one can. It writes bytes that it prepared once, so that what it shares the cores
// with is measured rather than the client.
import { connect } from 'node:http2';
import {
  ImageSchema,
  type PredictionCollection,
  PredictionCollectionSchema,
} from '@boxwire/proto/mlpredictions/mlpredictions';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

const HEAD_BYTES = 5;
/** Node counts what waits to be sent. */
const SENT_AHEAD_MB = 1000;
const DATA_FIELD = 4;
const FRAME_FIELD = 5;

/** An `Image` as bytes, all but its number. */
export interface PreparedImage {
  readonly fields: Uint8Array;
  readonly data: Uint8Array;
}

export function prepareImage(
  data: Uint8Array,
  fields: { mode: string; width: number; height: number; options?: { imageSize: number } },
): PreparedImage {
  const others = toBinary(ImageSchema, create(ImageSchema, fields));
  const head = new BinaryWriter().raw(others).tag(DATA_FIELD, WireType.LengthDelimited).uint32(data.length);
  return { fields: head.finish(), data };
}

export interface WireCall {
  /** Sends it, or keeps it until the server takes more. @returns whether there is room for the next */
  send(image: PreparedImage, frame: number): boolean;
  end(): void;
  /** Settles when there is room again. */
  drained(): Promise<unknown>;
  /** Settles when the server has ended the call. @throws if it did so with an error */
  readonly done: Promise<void>;
}

export interface WireClient {
  /** @param answered told each reply */
  call(method: string, answered: (reply: PredictionCollection) => void): WireCall;
}

/** To `MlPredictions` of a server on this machine, on a connection of its own. */
export function openWireClient(port: number): WireClient {
  const session = connect(`http://127.0.0.1:${port}`, { maxSessionMemory: SENT_AHEAD_MB });
  // A load that fails says so by its calls.
  session.on('error', () => {});
  return {
    call(method, answered) {
      const stream = session.request({
        ':method': 'POST',
        ':path': `/mlpredictions.MlPredictions/${method}`,
        'content-type': 'application/grpc+proto',
        te: 'trailers',
      });
      const done = new Promise<void>((resolve, reject) => {
        const settle = ({ 'grpc-status': status, 'grpc-message': message }: Record<string, unknown>) => {
          if (status === '0') resolve();
          else if (status !== undefined) reject(new Error(`${method}: ${status} ${message}`));
        };
        stream.on('response', settle).on('trailers', settle).on('error', reject);
        stream.on('close', () => reject(new Error(`${method}: closed without a status`)));
      });
      readMessages(stream, (bytes) => answered(fromBinary(PredictionCollectionSchema, bytes)));
      return {
        done,
        send({ fields, data }, frame) {
          const number = new BinaryWriter().tag(FRAME_FIELD, WireType.Varint).int32(frame).finish();
          const head = Buffer.alloc(HEAD_BYTES + fields.length);
          head.writeUInt32BE(fields.length + data.length + number.length, 1);
          head.set(fields, HEAD_BYTES);
          stream.cork();
          stream.write(head);
          stream.write(data);
          const isRoomy = stream.write(number);
          stream.uncork();
          return isRoomy;
        },
        end: () => stream.end(),
        drained: () => new Promise((resolve) => stream.once('drain', resolve)),
      };
    },
  };
}

function readMessages(stream: NodeJS.ReadableStream, arrived: (message: Uint8Array) => void): void {
  let unread: Buffer = Buffer.alloc(0);
  stream.on('data', (chunk: Buffer) => {
    unread = unread.length > 0 ? Buffer.concat([unread, chunk]) : chunk;
    while (unread.length >= HEAD_BYTES) {
      const end = HEAD_BYTES + unread.readUInt32BE(1);
      if (unread.length < end) return;
      arrived(unread.subarray(HEAD_BYTES, end));
      unread = unread.subarray(end);
    }
  });
}
