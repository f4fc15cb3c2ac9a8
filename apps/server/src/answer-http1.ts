import type { Http2Server } from 'node:http2';
import type { Socket } from 'node:net';

/** What a client of HTTP/2 says first begins with this (RFC 9113, section 3.4), and no method of HTTP/1.1 does. */
const HTTP2 = Buffer.from('PRI ');
/** A request line begins with its method. */
const HTTP1 = /^[A-Z]/;

const EXPLANATION =
  'This port, GRPC_PORT, speaks HTTP/2 only (curl: --http2-prior-knowledge). HTTP/1.1 is spoken by HTTP_PORT.\n';
const ANSWER = [
  'HTTP/1.1 505 HTTP Version Not Supported',
  'Connection: close',
  'Content-Type: text/plain; charset=utf-8',
  `Content-Length: ${EXPLANATION.length}`,
  '',
  EXPLANATION,
].join('\r\n');

/** How long whoever is told has to read it and to close. */
const CLOSE_TIMEOUT_MS = 1000;

/**
 * Tells clients of HTTP/1.1 that they have the wrong port; to them, what Node's server would answer is no HTTP at all.
 * All others are passed on to it, as soon as they have said anything.
 * @param server one that was just made, and speaks HTTP/2 in clear text
 * @param timeoutMs how long a client may take for its first bytes
 */
export function answerHttp1(server: Http2Server, timeoutMs: number): void {
  const serve = server.listeners('connection');
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    const tooLate = setTimeout(() => socket.destroy(), timeoutMs);
    socket.once('close', () => clearTimeout(tooLate));
    // Who is gone before has nobody to tell.
    socket.on('error', () => {});
    let said = Buffer.alloc(0);
    socket.on('readable', function sort() {
      said = Buffer.concat([said, ...chunksOf(socket)]);
      const begin = said.subarray(0, HTTP2.length);
      if (begin.length < HTTP2.length && HTTP2.indexOf(begin) === 0) return;
      clearTimeout(tooLate);
      socket.off('readable', sort);
      if (!begin.equals(HTTP2) && HTTP1.test(begin.toString('latin1'))) return explain(socket);
      socket.unshift(said);
      for (const one of serve) one.call(server, socket);
    });
  });
}

function* chunksOf(socket: Socket): Generator<Buffer> {
  for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) yield chunk;
}

function explain(socket: Socket): void {
  socket.end(ANSWER);
  // Were bytes left unread, the system would cut the connection instead of closing it, and the answer with it.
  socket.resume();
  const cut = setTimeout(() => socket.destroy(), CLOSE_TIMEOUT_MS);
  socket.once('close', () => clearTimeout(cut));
}
