import { Code } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { openHttp2 } from './connect-clients.ts';
import { collect, startServer } from './harness.ts';
import { writeTokens } from './token-file.ts';

const newFile = { name: 'a.png', sizeBytes: 4n, mediaType: 'image/png' };
const data = new Uint8Array(4);
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

test('an upload belongs to who made it; to others it is not there', async () => {
  const { tokens, tokensFile } = writeTokens(['owner', 'other']);
  const { grpcUrl, server } = await startServer({ tokensFile });
  const { uploads, analysis } = openHttp2(grpcUrl);
  const [own, other] = [bearer(tokens.owner), bearer(tokens.other)];
  const { upload: { id = '' } = {} } = await uploads.createUpload(newFile, own);
  const absent = { code: Code.NotFound, rawMessage: expect.stringMatching(/^there is no such upload/) };
  await expect(uploads.getUpload({ id }, other)).rejects.toMatchObject(absent);
  await expect(uploads.putPiece({ id, data }, other)).rejects.toMatchObject(absent);
  await expect(uploads.finishUpload({ id }, other)).rejects.toMatchObject(absent);
  await expect(collect(analysis.analyze({ uploadIds: [id] }, other))).rejects.toMatchObject(absent);
  // What is not there is deleted already; that says nothing of whether it was.
  await uploads.deleteUpload({ id }, other);
  await uploads.putPiece({ id, data }, own);
  await uploads.finishUpload({ id }, own);
  await expect(collect(analysis.analyze({ uploadIds: [id] }, own))).resolves.not.toEqual([]);
  await uploads.deleteUpload({ id }, own);
  await expect(uploads.getUpload({ id }, own)).rejects.toMatchObject(absent);
  await server.shutdown();
});

test('a token has as many uploads as its quota allows, whatever others have', async () => {
  const { tokens, tokensFile } = writeTokens(['greedy', 'other'], 'uploads=2');
  const { uploads } = openHttp2((await startServer({ tokensFile })).grpcUrl);
  const create = (token: string) => uploads.createUpload(newFile, bearer(token));
  const all = await Promise.allSettled(Array.from({ length: 5 }, () => create(tokens.greedy)));
  expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  await expect(create(tokens.greedy)).rejects.toMatchObject({
    code: Code.ResourceExhausted,
    rawMessage: 'greedy has 2 uploads already, its quota allows 2',
  });
  await create(tokens.other);
  const [first] = all.filter((one) => one.status === 'fulfilled');
  await uploads.deleteUpload({ id: first?.value.upload?.id ?? '' }, bearer(tokens.greedy));
  await create(tokens.greedy);
});

test('a token announces as many bytes as its quota allows, whatever others have', async () => {
  const { tokens, tokensFile } = writeTokens(['greedy', 'other'], 'stored=10');
  const { uploads } = openHttp2((await startServer({ tokensFile, maxUploadTotalBytes: 20 })).grpcUrl);
  const create = (token: string, sizeBytes: bigint) =>
    uploads.createUpload({ ...newFile, sizeBytes }, bearer(token));
  const { upload } = await create(tokens.greedy, 6n);
  await expect(create(tokens.greedy, 5n)).rejects.toMatchObject({
    code: Code.ResourceExhausted,
    rawMessage: 'all uploads of greedy would have 11 bytes, its quota allows 10',
  });
  await create(tokens.greedy, 4n);
  await create(tokens.other, 10n);
  await uploads.deleteUpload({ id: upload?.id ?? '' }, bearer(tokens.greedy));
  await create(tokens.greedy, 6n);
});
