// A disk that is full and a folder that may not be written to: told by name, and nothing is broken afterwards.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Code } from '@connectrpc/connect';
import { expect, onTestFinished, test } from 'vitest';
import { openHttp2 } from '../rpc/connect-clients.ts';
import { startServer } from '../rpc/harness.ts';
import { temporaryFolder } from '../small-model.ts';

const FULL = '/dev/full';
const data = new Uint8Array(1000).fill(7);
const newFile = { name: 'clip.mp4', sizeBytes: 1000n };

async function start() {
  const folder = temporaryFolder();
  onTestFinished(folder.remove);
  const uploadDir = join(folder.path, 'uploads');
  const { grpcUrl, lines } = await startServer({ uploadDir });
  return { uploadDir, lines, ...openHttp2(grpcUrl) };
}

if (!existsSync(FULL)) console.warn(`\nNOT TESTED: a full disk, because there is no ${FULL}\n`);

test.skipIf(!existsSync(FULL))('a full disk', async () => {
  const { uploads, uploadDir, lines } = await start();
  const { upload } = await uploads.createUpload(newFile);
  const { id = '' } = upload ?? {};
  await uploads.putPiece({ id, offsetBytes: 0n, data: data.subarray(0, 300) });
  const path = join(uploadDir, `${id}.data`);
  renameSync(path, `${path}.kept`);
  symlinkSync(FULL, path);
  const piece = { id, offsetBytes: 300n, data: data.subarray(300, 600) };
  await expect(uploads.putPiece(piece)).rejects.toMatchObject({
    code: Code.ResourceExhausted,
    rawMessage: 'the disk that UPLOAD_DIR is on is full',
  });
  expect(lines).toContainEqual(
    expect.objectContaining({ level: 50, err: expect.objectContaining({ code: 'ENOSPC' }) }),
  );
  expect((await uploads.getUpload({ id })).upload).toMatchObject({ committedBytes: 300n });
  // When there is room again, the same piece goes on.
  rmSync(path);
  renameSync(`${path}.kept`, path);
  expect(await uploads.putPiece(piece)).toMatchObject({ committedBytes: 600n });
  await uploads.putPiece({ id, offsetBytes: 600n, data: data.subarray(600) });
  await uploads.finishUpload({ id });
  expect(new Uint8Array(readFileSync(path))).toEqual(data);
});

test('a folder that cannot be made, until it can', async () => {
  const { uploads, health, uploadDir } = await start();
  writeFileSync(uploadDir, 'a file in its place');
  await expect(uploads.createUpload(newFile)).rejects.toMatchObject({
    code: Code.Unavailable,
    rawMessage: expect.stringMatching(/^the server cannot write to its UPLOAD_DIR \(E\w+\)$/),
  });
  await health.check({});
  rmSync(uploadDir);
  await expect(uploads.createUpload(newFile)).resolves.toMatchObject({ upload: { committedBytes: 0n } });
});

const isRoot = process.getuid?.() === 0;
if (isRoot) console.warn('\nNOT TESTED: a read-only folder, because root may write everywhere\n');

test.skipIf(isRoot)('a read-only folder', async () => {
  const { uploads, uploadDir } = await start();
  mkdirSync(uploadDir, { mode: 0o555 });
  await expect(uploads.createUpload(newFile)).rejects.toMatchObject({
    code: Code.Unavailable,
    rawMessage: 'the server cannot write to its UPLOAD_DIR (EACCES)',
  });
  chmodSync(uploadDir, 0o755);
  await uploads.createUpload(newFile);
});

test('a file that somebody took away', async () => {
  const { uploads, uploadDir } = await start();
  const { upload } = await uploads.createUpload(newFile);
  const { id = '' } = upload ?? {};
  rmSync(join(uploadDir, `${id}.data`));
  await expect(uploads.putPiece({ id, offsetBytes: 0n, data })).rejects.toMatchObject({
    code: Code.Unavailable,
  });
  await uploads.deleteUpload({ id });
  await expect(uploads.getUpload({ id })).rejects.toMatchObject({ code: Code.NotFound });
});
