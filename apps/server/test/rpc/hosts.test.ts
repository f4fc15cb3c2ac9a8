import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect as connectHttp2, type OutgoingHttpHeaders } from 'node:http2';
import { expect, onTestFinished, test } from 'vitest';
import { startServer, until } from './harness.ts';
import { openSocket } from './http2-frames.ts';

const PATH = '/boxwire.v1.ModelService/GetModel';
const JSON_TYPE = { 'content-type': 'application/json' };

/** The status that a request over HTTP/1.1 is answered with. */
async function statusOverHttp1(url: string, host: string): Promise<number | undefined> {
  const call = httpRequest(`${url}${PATH}`, {
    method: 'POST',
    headers: { host, ...JSON_TYPE },
    agent: false,
  });
  call.end('{}');
  const [answer] = await once(call, 'response');
  answer.resume();
  return answer.statusCode;
}

async function statusOverHttp2(url: string, hosts: OutgoingHttpHeaders): Promise<unknown> {
  const session = connectHttp2(url);
  onTestFinished(() => session.destroy());
  const call = session.request({ ':method': 'POST', ':path': PATH, ...hosts, ...JSON_TYPE });
  call.end('{}');
  const [answer] = await once(call, 'response');
  return answer[':status'];
}

test.each([
  ['evil.example:8080', undefined, 403],
  ['localhost', undefined, 200],
  ['detect.example.org', ['detect.example.org'], 200],
  ['localhost', ['detect.example.org'], 403],
] as const)('a request for the host %s where %j are allowed: %i', async (host, allowedHosts, status) => {
  const { httpUrl, grpcUrl } = await startServer({ allowedHosts });
  expect(await statusOverHttp1(httpUrl, host)).toBe(status);
  expect(await statusOverHttp2(grpcUrl, { ':authority': host })).toBe(status);
});

test('in HTTP/2 the authority counts, whatever Host says', async () => {
  const { grpcUrl } = await startServer();
  expect(await statusOverHttp2(grpcUrl, { ':authority': 'localhost', host: 'evil.example' })).toBe(200);
  expect(await statusOverHttp2(grpcUrl, { ':authority': 'evil.example', host: 'localhost' })).toBe(403);
});

test('a request with two Host headers is refused, whatever they say', async () => {
  for (const allowedHosts of [undefined, ['*']]) {
    const { httpUrl } = await startServer({ allowedHosts });
    const socket = openSocket(httpUrl);
    const headers =
      'Host: localhost\r\nhost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2';
    socket.write(`POST ${PATH} HTTP/1.1\r\n${headers}\r\n\r\n{}`);
    await until(() => socket.received.length > 0);
    expect(String(socket.received[0])).toMatch(/^HTTP\/1.1 400 /);
  }
});
