import { once } from 'node:events';
import { connect } from 'node:http2';
import { expect, onTestFinished, test } from 'vitest';
import { startServer } from './harness.ts';

test.each([
  ['fewer bytes than are allowed', 100, 100, 200],
  ['as many, once each header counts for 32 more', 100, 130, 431],
  ['more in one', 1, 17_000, 431],
])('headers over HTTP/2 with %s', async (_, count, valueBytes, status) => {
  const { grpcUrl } = await startServer();
  const session = connect(grpcUrl);
  onTestFinished(() => session.destroy());
  const padding = Array.from({ length: count }, (_, i) => [`x-${i}`, 'a'.repeat(valueBytes)]);
  const call = session.request({
    ...{ ':method': 'POST', ':path': '/grpc.health.v1.Health/Check', 'content-type': 'application/grpc' },
    ...Object.fromEntries(padding),
  });
  call.end(Buffer.alloc(5));
  const [answer] = await once(call, 'response');
  expect(answer[':status']).toBe(status);
});
