// A process of its own that takes images as gRPC messages and answers each without looking at it: what the client and
// the transport cost by themselves.
import { createServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { BinaryWriter } from '@bufbuild/protobuf/wire';

const HEAD_BYTES = 5;

const server = createServer({ settings: { initialWindowSize: 2 ** 20 }, maxSessionMemory: 1000 });
server.on('session', (session) => session.setLocalWindowSize(2 ** 22));
server.on('stream', (stream: ServerHttp2Stream) => {
  let messages = 0;
  const head = Buffer.alloc(HEAD_BYTES);
  let headFilled = 0;
  let bodyLeft = 0;
  stream.respond({ ':status': 200, 'content-type': 'application/grpc+proto' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.on('data', (chunk: Buffer) => {
    for (let at = 0; at < chunk.length; ) {
      if (bodyLeft > 0) {
        const taken = Math.min(bodyLeft, chunk.length - at);
        bodyLeft -= taken;
        at += taken;
        if (bodyLeft === 0) stream.write(answer(++messages));
        continue;
      }
      head[headFilled++] = chunk[at++] ?? 0;
      if (headFilled < HEAD_BYTES) continue;
      headFilled = 0;
      bodyLeft = head.readUInt32BE(1);
    }
  });
  stream.on('end', () => stream.end());
  stream.on('error', () => {});
});

/** A `PredictionCollection` that names its frame. */
function answer(frame: number): Buffer {
  const message = new BinaryWriter().tag(2, 0).int32(frame).finish();
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

// Whoever started it may die without a word.
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
