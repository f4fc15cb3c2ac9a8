// A process of its own that takes images, in streams or single calls of any protocol, and answers each without looking
// at it: what the client and the transport cost by themselves. Given a network, it runs that on a picture of its own
// before it answers an image of a stream: the least that any server of this kind costs.
import { createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { RECEIVE_WINDOWS } from '../src/receive-windows.ts';
import { type BareNetwork, openBareNetwork } from './bare-network.ts';

const HEAD_BYTES = 5;
/** Of the frame that holds the trailers of gRPC-Web. */
const TRAILERS_FLAG = 0x80;

const bareNetwork = process.argv[2] ? await openBareNetwork(JSON.parse(process.argv[2])) : undefined;

const server = createServer({
  settings: { initialWindowSize: RECEIVE_WINDOWS.near.stream },
  maxSessionMemory: 1000,
});
server.on('session', (session) => session.setLocalWindowSize(RECEIVE_WINDOWS.near.session));
server.on('stream', (stream: ServerHttp2Stream, { 'content-type': type = '' }: IncomingHttpHeaders) => {
  stream.on('error', () => {});
  const headers = { ':status': 200, 'content-type': type };
  if (type.startsWith('application/proto')) {
    stream.respond(headers);
    stream.resume().once('end', () => stream.end(answer(1)));
    return;
  }
  const isWeb = type.startsWith('application/grpc-web');
  stream.respond(headers, { waitForTrailers: !isWeb });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  const reply = (frame: number) => stream.write(framed(answer(frame)));
  if (bareNetwork) {
    answerInOrder(stream, bareNetwork, reply);
    return;
  }
  stream.on('end', () => stream.end(isWeb ? framed(Buffer.from('grpc-status: 0\r\n'), TRAILERS_FLAG) : ''));
  countMessages(stream, reply);
});

/** Reads no further than the workers can keep up with. */
function answerInOrder(
  stream: ServerHttp2Stream,
  network: BareNetwork,
  reply: (frame: number) => void,
): void {
  let waiting = 0;
  let answered = Promise.resolve();
  countMessages(stream, (frame) => {
    if (++waiting >= 2 * network.workers) stream.pause();
    const run = network.run();
    answered = answered.then(async () => {
      await run;
      reply(frame);
      waiting--;
      stream.resume();
    });
  });
  stream.on('end', () => answered.then(() => stream.end()));
}

/** Calls `arrived` with the number of each message when its last byte is there. */
function countMessages(stream: ServerHttp2Stream, arrived: (count: number) => void): void {
  let messages = 0;
  const head = Buffer.alloc(HEAD_BYTES);
  let headFilled = 0;
  let bodyLeft = 0;
  stream.on('data', (chunk: Buffer) => {
    for (let at = 0; at < chunk.length; ) {
      if (bodyLeft > 0) {
        const taken = Math.min(bodyLeft, chunk.length - at);
        bodyLeft -= taken;
        at += taken;
        if (bodyLeft === 0) arrived(++messages);
        continue;
      }
      head[headFilled++] = chunk[at++] ?? 0;
      if (headFilled < HEAD_BYTES) continue;
      headFilled = 0;
      bodyLeft = head.readUInt32BE(1);
    }
  });
}

/** A `PredictionCollection` that names its frame. */
function answer(frame: number): Uint8Array {
  return new BinaryWriter().tag(2, 0).int32(frame).finish();
}

function framed(message: Uint8Array, flags = 0): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt8(flags);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

// Whoever started it may die without a word.
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
