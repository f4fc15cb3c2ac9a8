import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Frame types and flags of HTTP/2, RFC 9113, for clients that do what a library would not. */
export const FRAME = { data: 0, headers: 1, rstStream: 3, settings: 4, ping: 6, goaway: 7, continuation: 9 };
export const FLAG = { endStream: 1, endHeaders: 4 };
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

export function frame(
  type: number,
  flags: number,
  streamId: number,
  payload: Uint8Array = new Uint8Array(),
): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(streamId, 5);
  return Buffer.concat([head, payload]);
}

/** A header that goes into no table, RFC 7541 6.2.2. Names and values of up to 126 bytes. */
function literal(name: string, value: string): Buffer {
  const text = (word: string) => Buffer.concat([Buffer.from([word.length]), Buffer.from(word)]);
  return Buffer.concat([Buffer.from([0]), text(name), text(value)]);
}

/** The headers of a gRPC call. 0x83 and 0x86 are `:method: POST` and `:scheme: http` of the static table. */
export function callHeaders(path: string, more: Record<string, string> = {}): Buffer {
  const fields = { ':path': path, ':authority': 'localhost', 'content-type': 'application/grpc', ...more };
  return Buffer.concat([
    Buffer.from([0x83, 0x86]),
    ...Object.entries(fields).map(([name, value]) => literal(name, value)),
  ]);
}

/** A TCP connection that is closed with the test; nothing is sent. */
export function openSocket(
  url: string,
): Socket & { readonly gone: Promise<void>; readonly received: Buffer[] } {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const received: Buffer[] = [];
  const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('data', (chunk) => received.push(chunk));
  // Who is cut off is told so in many ways.
  socket.on('error', () => {});
  onTestFinished(() => void socket.destroy());
  return Object.assign(socket, { gone, received });
}

/** One that has begun as HTTP/2 wants it. */
export function openHttp2Socket(url: string) {
  const socket = openSocket(url);
  socket.write(PREFACE);
  socket.write(frame(FRAME.settings, 0, 0));
  return socket;
}

/** The frames that came so far: type and stream. */
export function framesOf(received: readonly Buffer[]): { type: number; streamId: number; payload: Buffer }[] {
  const bytes = Buffer.concat(received);
  const frames = [];
  for (let at = 0; at + 9 <= bytes.length; ) {
    const end = at + 9 + bytes.readUIntBE(at, 3);
    const [type, streamId] = [bytes.readUInt8(at + 3), bytes.readUInt32BE(at + 5)];
    frames.push({ type, streamId, payload: bytes.subarray(at + 9, end) });
    at = end;
  }
  return frames;
}
