import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import {
  PutPieceRequestSchema,
  PutPieceResponseSchema,
  UploadGapSchema,
} from '@boxwire/proto/boxwire/v1/upload_service';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import { Code, type ConnectError } from '@connectrpc/connect';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Settings } from '../../src/config.ts';
import { temporaryFolder } from '../small-model.ts';
import { openHttp1, openHttp2, openPage, PROTOCOLS } from './connect-clients.ts';
import { startServer } from './harness.ts';

const data = Uint8Array.from({ length: 100 }, (_, index) => index);
const part = (from: number, to: number) => data.subarray(from, to);
const newFile = { name: 'clip.mp4', sizeBytes: 100n, mediaType: 'video/mp4' };

/** What a call that fails is answered with. */
async function failureOf(call: Promise<unknown>): Promise<ConnectError> {
  return call.then(
    () => expect.unreachable('it did not fail'),
    (error) => error as ConnectError,
  );
}

describe.each([
  ...PROTOCOLS.map((protocol) => ({ name: `${protocol} over HTTP/2`, protocol, http: 2 })),
  { name: 'grpc-web over HTTP/1.1', protocol: 'grpc-web' as const, http: 1 },
  { name: 'connect over HTTP/1.1', protocol: 'connect' as const, http: 1 },
  { name: 'connect as the page has it', protocol: 'connect' as const, http: 0 },
])('$name', ({ protocol, http }) => {
  async function open(overrides: Partial<Settings> = {}) {
    const { grpcUrl, httpUrl } = await startServer(overrides);
    if (http === 0) return openPage(httpUrl).uploads;
    return http === 1 && protocol !== 'grpc'
      ? openHttp1(httpUrl, protocol).uploads
      : openHttp2(grpcUrl, protocol).uploads;
  }

  test('pieces so large that they go around the library, one after the other and side by side', async () => {
    const folder = temporaryFolder();
    onTestFinished(folder.remove);
    const uploads = await open({ uploadDir: folder.path });
    const ids: string[] = [];
    const files = [1, 2].map((seed) => Uint8Array.from({ length: 600_000 }, (_, i) => (i * 7 + seed) % 251));
    await Promise.all(
      files.map(async (file) => {
        const { upload } = await uploads.createUpload({ name: 'a', sizeBytes: BigInt(file.length) });
        const { id = '' } = upload ?? {};
        ids[files.indexOf(file)] = id;
        for (const [from, to] of [
          [0, 200_000],
          [200_000, 500_000],
          [500_000, 600_000],
        ] as const) {
          const piece = { id, offsetBytes: BigInt(from), data: file.subarray(from, to) };
          const spoilt = await failureOf(uploads.putPiece({ ...piece, crc32: 1 }));
          expect(spoilt.code).toBe(Code.InvalidArgument);
          const { committedBytes } = await uploads.putPiece({ ...piece, crc32: crc32(piece.data) });
          expect(committedBytes).toBe(BigInt(to));
        }
      }),
    );
    for (const [index, file] of files.entries())
      expect(Buffer.compare(readFileSync(join(folder.path, `${ids[index]}.data`)), file)).toBe(0);
  });

  test('a file in pieces, from its announcement to its end', async () => {
    const uploads = await open();
    const { upload } = await uploads.createUpload(newFile);
    const { id = '', maxPieceBytes, expireTime } = upload ?? {};
    expect(upload).toMatchObject({ ...newFile, committedBytes: 0n, finished: false });
    expect(maxPieceBytes).toBe(8 * 2 ** 20);
    expect(expireTime && timestampMs(expireTime)).toBeGreaterThan(Date.now() + 3_500_000);
    const first = await uploads.putPiece({
      id,
      offsetBytes: 0n,
      data: part(0, 60),
      crc32: crc32(part(0, 60)),
    });
    expect(first.committedBytes).toBe(60n);
    expect((await uploads.getUpload({ id })).upload).toMatchObject({ committedBytes: 60n });
    const gap = await failureOf(uploads.putPiece({ id, offsetBytes: 61n, data: part(61, 70) }));
    expect(gap.code).toBe(Code.OutOfRange);
    expect(gap.findDetails(UploadGapSchema)).toMatchObject([{ committedBytes: 60n }]);
    const early = await failureOf(uploads.finishUpload({ id }));
    expect(early).toMatchObject({ code: Code.FailedPrecondition, rawMessage: '60 of 100 bytes are there' });
    const spoilt = await failureOf(uploads.putPiece({ id, offsetBytes: 60n, data: part(60, 100), crc32: 7 }));
    expect(spoilt.code).toBe(Code.InvalidArgument);
    await uploads.putPiece({ id, offsetBytes: 60n, data: part(60, 100) });
    expect((await uploads.finishUpload({ id })).upload).toMatchObject({ finished: true });
    await uploads.deleteUpload({ id });
    await uploads.deleteUpload({ id });
    const gone = await failureOf(uploads.getUpload({ id }));
    expect(gone).toMatchObject({ code: Code.NotFound, rawMessage: expect.stringMatching(/no such upload/) });
  });

  test('large pieces arrive byte by byte, one after the other and again', async () => {
    const folder = temporaryFolder();
    onTestFinished(folder.remove);
    const uploads = await open({ uploadDir: folder.path });
    const pieceBytes = 300_000;
    const whole = randomBytes(pieceBytes * 5);
    const { upload } = await uploads.createUpload({ ...newFile, sizeBytes: BigInt(whole.length) });
    const id = upload?.id ?? '';
    for (const index of [0, 1, 1, 2, 0, 3, 4]) {
      const piece = whole.subarray(index * pieceBytes, (index + 1) * pieceBytes);
      const request = { id, offsetBytes: BigInt(index * pieceBytes), data: piece, crc32: crc32(piece) };
      await uploads.putPiece(request);
      const spoilt = await failureOf(uploads.putPiece({ ...request, crc32: (request.crc32 ^ 1) >>> 0 }));
      expect(spoilt.code).toBe(Code.InvalidArgument);
    }
    await uploads.finishUpload({ id });
    expect(Buffer.compare(readFileSync(join(folder.path, `${id}.data`)), whole)).toBe(0);
  });
});

test('quotas are told by the setting’s name', async () => {
  const { grpcUrl } = await startServer({ maxUploadBytes: 99, maxUploads: 0 });
  const { uploads } = openHttp2(grpcUrl);
  const tooLarge = await failureOf(uploads.createUpload(newFile));
  expect(tooLarge).toMatchObject({
    code: Code.ResourceExhausted,
    rawMessage: 'size_bytes is 100, MAX_UPLOAD_BYTES allows 99',
  });
  const tooMany = await failureOf(uploads.createUpload({ ...newFile, sizeBytes: 1n }));
  expect(tooMany).toMatchObject({
    code: Code.ResourceExhausted,
    rawMessage: 'there are 0 uploads already, MAX_UPLOADS allows 0',
  });
});

test.each(PROTOCOLS)(
  '%s: the largest piece fits into the smallest message that is allowed',
  async (protocol) => {
    const { grpcUrl } = await startServer({ maxMessageBytes: 1024 });
    const { uploads } = openHttp2(grpcUrl, protocol);
    const { upload } = await uploads.createUpload({ ...newFile, sizeBytes: 2n ** 30n });
    const { id = '', maxPieceBytes = 0 } = upload ?? {};
    expect(maxPieceBytes).toBeGreaterThan(500);
    const piece = new Uint8Array(maxPieceBytes).fill(0xff);
    await uploads.putPiece({ id, offsetBytes: 0n, data: piece, crc32: crc32(piece) });
    const more = await failureOf(
      uploads.putPiece({ id, offsetBytes: 0n, data: new Uint8Array(maxPieceBytes + 1) }),
    );
    expect(more).toMatchObject({
      code: Code.InvalidArgument,
      rawMessage: expect.stringMatching(/^data has \d+ bytes/),
    });
  },
);

test('large pieces as browsers send them', async () => {
  const folder = temporaryFolder();
  onTestFinished(folder.remove);
  const { httpUrl } = await startServer({ uploadDir: folder.path });
  const { uploads } = openHttp1(httpUrl);
  const whole = randomBytes(600_000);
  const { upload } = await uploads.createUpload({ ...newFile, sizeBytes: BigInt(whole.length) });
  const id = upload?.id ?? '';
  for (const offset of [0, 0, 300_000]) {
    const piece = { id, offsetBytes: BigInt(offset), data: whole.subarray(offset, offset + 300_000) };
    const message = create(PutPieceRequestSchema, { ...piece, crc32: crc32(piece.data) });
    const response = await fetch(`${httpUrl}/boxwire.v1.UploadService/PutPiece`, {
      method: 'POST',
      headers: { 'content-type': 'application/proto' },
      body: Buffer.from(toBinary(PutPieceRequestSchema, message)),
    });
    const { committedBytes } = fromBinary(PutPieceResponseSchema, await response.bytes());
    expect(committedBytes).toBe(BigInt(offset + 300_000));
  }
  expect(Buffer.compare(readFileSync(join(folder.path, `${id}.data`)), whole)).toBe(0);
});

test('also in JSON', async () => {
  const { httpUrl } = await startServer({ maxMessageBytes: 1024 });
  const post = async (method: string, body: unknown) => {
    const response = await fetch(`${httpUrl}/boxwire.v1.UploadService/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: response.status, ...((await response.json()) as Record<string, never>) };
  };
  const { upload } = (await post('CreateUpload', { name: 'a', sizeBytes: '1000' })) as never as {
    upload: { id: string; maxPieceBytes: number };
  };
  const piece = Buffer.alloc(upload.maxPieceBytes, 0xff);
  const put = { id: upload.id, data: piece.toString('base64'), crc32: crc32(piece) };
  expect(await post('PutPiece', put)).toEqual({ status: 200, committedBytes: `${piece.length}` });
});
