// A server that may open few files: connections that nobody uses and calls that need files take what there is. What is
// refused says try again, those who are there go on, and it is over by itself.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Code, ConnectError } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openClients } from '../../hostile/doors.ts';
import { goodPictures } from '../../hostile/pictures.ts';
import { goodVideos } from '../../hostile/videos.ts';
import { watchFiles } from '../../src/access/watch-files.ts';
import { guardConnections } from '../../src/guard-connections.ts';
import { fitConnections, openFilesLimit } from '../../src/open-files.ts';
import { temporaryFolder, writeSmallCheckpoint } from '../small-model.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const OPEN_FILES = 60;
const MANY = 100;

const folder = temporaryFolder();
let child: ChildProcess;
let port = 0;
const log: string[] = [];
let clients: ReturnType<typeof openClients>;
let picture: Uint8Array;
let clip: Uint8Array;

/** The server's process, with so many files at most. */
function startWith(openFiles: number, uploadDir: string) {
  const { PATH, HOME, TMPDIR, NODE_COMPILE_CACHE } = process.env;
  const model = { MODEL: writeSmallCheckpoint(folder.path), MODEL_DIR: folder.path, WORKERS: '1' };
  const own = { ...model, UPLOAD_DIR: uploadDir, GRPC_PORT: '0', HTTP_PORT: '0' };
  return spawn('sh', ['-c', `ulimit -n ${openFiles}; exec "$@"`, 'sh', process.execPath, MAIN], {
    env: { PATH, HOME, TMPDIR, NODE_COMPILE_CACHE, NODE_ENV: 'production', ...own },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

beforeAll(async () => {
  child = startWith(OPEN_FILES, `${folder.path}/up`);
  child.stderr?.pipe(process.stderr);
  const lines = createInterface({ input: child.stdout ?? process.stdin });
  const ready = Promise.withResolvers<void>();
  lines.on('line', (line) => {
    const { msg } = JSON.parse(line);
    log.push(msg);
    port ||= Number(/http:\S+:(\d+)/.exec(msg)?.[1] ?? 0);
    if (msg.startsWith('Ready')) ready.resolve();
  });
  await ready.promise;
  clients = openClients(port);
  picture = (await goodPictures()).jpeg ?? new Uint8Array();
  clip = (await goodVideos()).avi ?? new Uint8Array();
});
afterAll(async () => {
  clients?.close();
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
  folder.remove();
});

/** All that needs a file: the code with which it ended, `undefined` for success. */
async function upload(data: Uint8Array): Promise<ConnectError | undefined> {
  const { uploads, analysis } = clients;
  try {
    const { upload } = await uploads.createUpload({ name: 'clip.avi', sizeBytes: BigInt(data.length) });
    const { id = '' } = upload ?? {};
    try {
      await uploads.putPiece({ id, offsetBytes: 0n, data });
      await uploads.finishUpload({ id });
      for await (const { event } of analysis.analyze({ uploadIds: [id] })) {
        const { code, message } = (event.case === 'summary' && event.value.error) || {};
        if (code) throw new ConnectError(message ?? '', code);
      }
    } finally {
      await uploads.deleteUpload({ id });
    }
    return undefined;
  } catch (error) {
    return ConnectError.from(error);
  }
}

async function expectAllToWork(): Promise<void> {
  await clients.predictions.predictSingleImage({ data: picture });
  expect(await upload(clip)).toBeUndefined();
}

describe.skipIf(process.platform === 'win32')('a server that may open few files', () => {
  test('says how many connections it takes, and takes no more of them than leave it room to work', async () => {
    expect(log[0]).toMatch(
      /^MAX_CONNECTIONS is 2000, but only 60 files may be open here .*: 6 are taken on each port$/,
    );
    await expectAllToWork();
    const sockets: Socket[] = [];
    let closed = 0;
    for (let count = 0; count < MANY; count++) {
      const socket = connect(port, '127.0.0.1').on('error', () => {});
      socket.on('close', () => closed++);
      sockets.push(socket);
    }
    await expect.poll(() => closed, { timeout: 20_000 }).toBeGreaterThan(MANY - 6);
    await expectAllToWork();
    for (const socket of sockets) socket.destroy();
    await expect.poll(() => closed, { timeout: 20_000 }).toBe(MANY);
    const late = openClients(port);
    await expect
      .poll(() => late.predictions.predictSingleImage({ data: picture }).then(Boolean, () => false))
      .toBe(true);
    late.close();
  });

  test('calls that find no file free are told to try again, and later find one', async () => {
    let refused: ConnectError[] = [];
    while (refused.length === 0) {
      const ends = await Promise.all(Array.from({ length: MANY }, () => upload(clip)));
      refused = ends.filter((end) => end !== undefined);
    }
    const isOutOfHandles = /^the server has as many files and connections open as its system allows/;
    for (const { code, rawMessage } of refused) {
      expect([Code.Unavailable, Code.ResourceExhausted], rawMessage).toContain(code);
      expect(rawMessage).not.toMatch(/E?MFILE|\/up/);
    }
    expect(refused.map(({ rawMessage }) => rawMessage)).toContainEqual(expect.stringMatching(isOutOfHandles));
    await expectAllToWork();
    expect(log.filter((line) => line.includes('internal reason'))).toEqual([]);
  });
});

test.skipIf(process.platform === 'win32')(
  'where there are too few to start with, one line says so',
  async () => {
    const server = startWith(32, `${folder.path}/other`);
    const [said, [code]] = await Promise.all([text(server.stderr), once(server, 'close')]);
    expect(code).toBe(1);
    expect(said).toMatch(/^Only 32 files may be open here \(ulimit -n\), which is too few to start with$/m);
    expect(said).not.toMatch(/^ +at /m);
  },
);

test('connections get a share of the files, within what was asked for', () => {
  expect(openFilesLimit()).toBeGreaterThan(40);
  expect(fitConnections(2000, Number.POSITIVE_INFINITY, 2)).toBe(2000);
  expect(fitConnections(2000, 1024, 2)).toBe(366);
  expect(fitConnections(5, 1024, 2)).toBe(5);
  expect(fitConnections(2000, 20, 2)).toBe(1);
});

test('a connection that cannot be taken ends no server', () => {
  const server = createServer();
  const limits = { headersTimeoutMs: 1, requestTimeoutMs: 1, connectionIdleTimeoutMs: 1 };
  guardConnections(server, { maxConnections: 1, ...limits });
  expect(server.emit('error', new Error('accept EMFILE'))).toBe(true);
});

test('a watched file that cannot even be looked at has changed, and ends nothing', async () => {
  const path = `${folder.path}/looped`;
  writeFileSync(path, 'before');
  const changed = Promise.withResolvers<void>();
  const stop = watchFiles([path], () => {
    changed.resolve();
    return 'done';
  });
  rmSync(path);
  symlinkSync(path, path);
  await changed.promise;
  stop();
});

test('a changed file that cannot be read just now is looked at again', async () => {
  const path = `${folder.path}/watched`;
  writeFileSync(path, 'before');
  const answers = ['not-yet', 'not-yet', 'done'] as const;
  let asked = 0;
  const stop = watchFiles([path], () => answers[asked++] ?? 'done');
  writeFileSync(path, 'afterwards');
  await expect.poll(() => asked, { timeout: 20_000 }).toBe(answers.length);
  // Another file, looked at as often, says when this one would have been asked once more.
  const other = Promise.withResolvers<void>();
  const stopOther = watchFiles([`${path}-other`], () => {
    other.resolve();
    return 'done';
  });
  writeFileSync(`${path}-other`, '');
  await other.promise;
  expect(asked).toBe(answers.length);
  stop();
  stopOther();
});
