// The real server: strangers' bytes go past it.
import { readFileSync } from 'node:fs';
import { MlPredictions } from '@boxwire/proto/mlpredictions/mlpredictions';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAlive } from '../../../../../packages/video/test/is-alive.ts';
import { startServer } from '../../../bench/server-process.ts';
import { childrenOf } from '../../../soak/process-table.ts';
import { temporaryFolder, writeSmallCheckpoint } from '../../small-model.ts';

const isLinux = process.platform === 'linux';
if (!isLinux)
  console.warn(
    '\nNOT TESTED: that no decoder’s library is in the server, which is read from Linux’s /proc\n',
  );

describe.skipIf(!isLinux)('the server', () => {
  const folder = temporaryFolder();
  let server: Awaited<ReturnType<typeof startServer>>;
  beforeAll(async () => {
    server = await startServer({
      ...{ MODEL: writeSmallCheckpoint(folder.path), MODEL_DIR: folder.path },
      ...{ UPLOAD_DIR: `${folder.path}/uploads`, WORKERS: '2' },
    });
  });
  afterAll(async () => {
    await server?.stop();
    folder.remove();
  });

  test('never loads the library that decodes pictures; its decoders do, and end with it', async () => {
    const transport = createGrpcTransport({ baseUrl: `http://localhost:${server.port}` });
    const data = await sharp({ create: { width: 40, height: 30, channels: 3, background: 'red' } })
      .webp()
      .toBuffer();
    const { width } = await createClient(MlPredictions, transport).predictSingleImage({ data });
    expect(width).toBe(40);
    expect(librariesOf(server.pid)).not.toMatch(/vips|sharp/);
    const decoders = childrenOf(server.pid);
    expect(decoders).toHaveLength(2);
    for (const pid of decoders) expect(librariesOf(pid)).toMatch(/libvips/);
    await server.stop();
    expect(decoders.filter(isAlive)).toEqual([]);
  });
});

function librariesOf(pid: number): string {
  return readFileSync(`/proc/${pid}/maps`, 'utf8');
}
