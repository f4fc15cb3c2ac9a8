import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect, createServer, type Socket } from 'node:net';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { HealthCheckResponse_ServingStatus as Status } from '@boxwire/proto/grpc/health/v1/health';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { childrenOf } from '../soak/process-table.ts';
import { RELEASE } from '../src/models/release.ts';
import { LOCK_FILE } from '../src/uploads/lock-folder.ts';
import { close, listen } from './models/support/release-server.ts';
import { selfSigned } from './models/support/self-signed.ts';
import { openHttp1, openHttp2 } from './rpc/connect-clients.ts';
import { imageOf } from './rpc/harness.ts';
import { canBeRealTime, NORMAL, REAL_TIME, schedulingOf } from './scheduling.ts';
import { temporaryFolder, writeSmallCheckpoint } from './small-model.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const folder = temporaryFolder();
afterAll(folder.remove);
const SMALL_MODEL = {
  MODEL: writeSmallCheckpoint(folder.path),
  MODEL_DIR: folder.path,
  WORKERS: '1',
};
const FREE_PORTS = { GRPC_PORT: '0', HTTP_PORT: '0' };

/** This process's environment, without settings of ours. */
function environment(settings: Record<string, string>): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, NODE_COMPILE_CACHE } = process.env;
  return {
    PATH,
    HOME,
    TMPDIR,
    NODE_COMPILE_CACHE,
    NODE_ENV: 'production',
    UPLOAD_DIR: `${folder.path}/uploads`,
    ...settings,
  };
}

/** How a start that fails ends. */
function failToStart(
  settings: Record<string, string>,
): Promise<{ code: unknown; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN], { env: environment(settings) }, (error, stdout, stderr) =>
      resolve({ code: error?.code, stdout, stderr }),
    );
  });
}

test('pnpm start keeps compiled code for the next start', async () => {
  const home = new URL('..', import.meta.url);
  const { scripts } = JSON.parse(readFileSync(new URL('package.json', home), 'utf8'));
  const modules = join(folder.path, 'node_modules');
  // As it stands, but for the folder that is written to.
  const script = scripts.start.replace('=node_modules', `=${modules}`);
  const child = spawn('/bin/sh', ['-c', `exec env ${script}`], {
    cwd: home,
    env: environment({
      ...SMALL_MODEL,
      ...FREE_PORTS,
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
    }),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  for await (const line of createInterface({ input: child.stdout }))
    if (JSON.parse(line).msg.startsWith('Ready')) child.kill('SIGTERM');
  expect(readdirSync(join(modules, '.cache/node'), { recursive: true }).length).toBeGreaterThan(100);
});

describe('a start that fails says why in one line and exits with 1', () => {
  test('a bad value', async () => {
    expect(await failToStart({ GRPC_PORT: 'abc' })).toEqual({
      code: 1,
      stdout: '',
      stderr: 'GRPC_PORT is "abc", allowed is a whole number from 0 to 65535\n',
    });
  });

  test('a decoder that is not there', async () => {
    const { code, stderr } = await failToStart({ VIDEO_DECODER: 'ffmpeg', PATH: '/nowhere' });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^VIDEO_DECODER is "ffmpeg", but ffmpeg and ffprobe are not on the PATH; .*\n$/);
  });

  test('a port in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    onTestFinished(() => void other.close());
    const { port } = other.address() as { port: number };
    const { code, stderr } = await failToStart({ ...FREE_PORTS, HTTP_PORT: `${port}` });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^HTTP_PORT is \d+, but another program listens on .*\n$/);
  });

  test.skipIf(process.platform === 'win32')('no room for what decoders give back', async () => {
    const env = environment({ ...FREE_PORTS, ...SMALL_MODEL });
    // Blocks of 512 bytes: half of a window, and more than the model.
    const limited = ['-c', 'ulimit -f 8192; exec "$0" "$@"', process.execPath, MAIN];
    const { status, stderr } = spawnSync('/bin/sh', limited, { env, encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^The decoder of each of WORKERS needs \d+ bytes in \S+ or \S+, and gets none: .+\n$/,
    );
  });

  test('a model that is not there', async () => {
    const { code, stderr } = await failToStart({ ...FREE_PORTS, MODEL: '/nowhere/my.onnx' });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^MODEL is "\/nowhere\/my\.onnx", .*\n$/);
  });
});

/** A server process, as soon as it says that it is ready. */
async function startMain(
  settings: Record<string, string> = {},
  onLine: (msg: string) => void = () => {},
): Promise<{
  child: ChildProcess;
  lines: string[];
  grpcUrl: string;
  httpUrl: string;
}> {
  const env = environment({ ...FREE_PORTS, ...SMALL_MODEL, ...settings });
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const { msg } = JSON.parse(line);
    lines.push(msg);
    onLine(msg);
    if (msg.startsWith('Ready')) break;
  }
  child.stdout.resume();
  const [grpcUrl = '', httpUrl = ''] = lines.join('\n').match(/http:\S+/g) ?? [];
  return { child, lines, grpcUrl, httpUrl };
}

test('says its addresses and when it is ready, answers, and stops at a signal with exit code 0', async () => {
  const { child, lines, grpcUrl, httpUrl } = await startMain();
  expect(lines.at(-1)).toBe('Ready: small, float32, 3 classes, 1 worker');
  await expect(openHttp1(httpUrl).health.check({})).resolves.toMatchObject({ status: Status.SERVING });
  const { predictions } = openHttp2(grpcUrl);
  await expect(predictions.predictSingleImage(imageOf(63))).resolves.toMatchObject({ frame: 63, width: 64 });
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
});

test('nobody is told that it is used: ONNX Runtime keeps no number of this machine', async () => {
  const HOME = mkdtempSync(join(folder.path, 'home-'));
  await startMain({ HOME });
  expect(readdirSync(HOME, { recursive: true })).toEqual([]);
});

test('METRICS has Prometheus served: what answers, and which processes died', async () => {
  const { child, httpUrl } = await startMain({ METRICS: 'open' });
  const read = async () => (await fetch(`${httpUrl}/metrics`)).text();
  expect(await read()).toContain('\nboxwire_model_info{model="small",precision="float32"} 1\n');
  const [decoder = 0] = childrenOf(child.pid ?? 0);
  process.kill(decoder, 'SIGKILL');
  await expect.poll(read).toContain('\nboxwire_deaths_total{process="picture-decoder"} 1\n');
});

test('a terminal that closes lets calls finish, however often it says so', async () => {
  const { child, httpUrl } = await startMain();
  const socket = await callWithoutEnd(httpUrl);
  const exit = once(child, 'exit');
  child.stdout?.on('data', (line) => {
    if (!String(line).includes('finishing')) return;
    child.kill('SIGHUP');
    setTimeout(() => socket.destroy(), 200);
  });
  child.kill('SIGHUP');
  expect(await exit).toEqual([0, null]);
});

/** A call whose request never ends keeps the server waiting. */
async function callWithoutEnd(httpUrl: string): Promise<Socket> {
  const { hostname, port } = new URL(httpUrl);
  const socket = connect(Number(port), hostname).on('error', () => {});
  const headers = 'Host: localhost\r\nContent-Type: application/json\r\nContent-Length: 99\r\n';
  socket.write(`POST /mlpredictions.MlPredictions/PredictSingleImage HTTP/1.1\r\n${headers}\r\n`);
  await expect(openHttp1(httpUrl).health.check({})).resolves.toMatchObject({ status: Status.SERVING });
  return socket;
}

describe.skipIf(!canBeRealTime || availableParallelism() < 2)('real-time priority', () => {
  test('is for the thread that serves, for no other thread and no decoder, old or new', async () => {
    const { child, lines } = await startMain();
    expect(lines).toContain('Serving at real-time priority');
    const pid = child.pid ?? 0;
    expect(schedulingOf(pid)).toEqual(REAL_TIME);
    const others = readdirSync(`/proc/${pid}/task`).filter((thread) => thread !== `${pid}`);
    expect(others.length).toBeGreaterThan(1);
    for (const thread of others) expect(schedulingOf(`${pid}/task/${thread}`)).toEqual(NORMAL);
    const [decoder = 0] = childrenOf(pid);
    expect(schedulingOf(decoder)).toEqual(NORMAL);
    process.kill(decoder, 'SIGKILL');
    const successor = () => childrenOf(pid).find((id) => id !== decoder);
    await expect.poll(successor, { timeout: 10_000 }).toBeDefined();
    expect(schedulingOf(successor() ?? 0)).toEqual(NORMAL);
  });

  test('can be switched off', async () => {
    const { child, lines } = await startMain({ REALTIME: 'off' });
    expect(lines).not.toContain('Serving at real-time priority');
    expect(schedulingOf(child.pid ?? 0)).toEqual(NORMAL);
  });
});

describe('a folder of uploads is one server’s alone', () => {
  const uploadDir = join(folder.path, 'shared');
  const inUse = { UPLOAD_DIR: uploadDir, SHUTDOWN_GRACE: '0', ...SMALL_MODEL, ...FREE_PORTS };

  test('another does not start on it, until the first is gone, however it ends', async () => {
    const { child } = await startMain({ UPLOAD_DIR: uploadDir });
    const { code, stderr } = await failToStart(inUse);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `UPLOAD_DIR is ${uploadDir}, but another server uses it; each needs one of its own\n`,
    });
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
    await startMain({ UPLOAD_DIR: uploadDir });
  });

  test('one that is told to stop hands it over to one that waits already', async () => {
    const { child } = await startMain({ UPLOAD_DIR: uploadDir, SHUTDOWN_GRACE: '60' });
    const waiting = `Another server uses ${uploadDir}: waiting for its end`;
    const settings = { UPLOAD_DIR: uploadDir, SHUTDOWN_GRACE: '60' };
    const { lines } = await startMain(settings, (msg) => msg === waiting && child.kill('SIGTERM'));
    expect(lines[0]).toBe(waiting);
  });

  test('a file is none', async () => {
    for (const UPLOAD_DIR of [SMALL_MODEL.MODEL, join(SMALL_MODEL.MODEL, 'uploads')]) {
      const { code, stderr } = await failToStart({ ...inUse, UPLOAD_DIR });
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: `UPLOAD_DIR is ${UPLOAD_DIR}, which is no folder\n`,
      });
    }
  });

  test('where it cannot be locked, a server starts and says so; without uploads it does not matter', async () => {
    const unlockable = join(folder.path, 'unlockable');
    mkdirSync(join(unlockable, LOCK_FILE), { recursive: true });
    const { lines } = await startMain({ UPLOAD_DIR: unlockable });
    expect(lines[0]).toMatch(/^UPLOAD_DIR is .*\/unlockable, which cannot be locked \(.+\): no other/);
    await startMain({ UPLOAD_DIR: uploadDir });
    await startMain({ UPLOAD_DIR: uploadDir, MAX_UPLOADS: '0' });
  });
});

test('a signal while the model is fetched keeps what has arrived', async () => {
  const { key, cert } = selfSigned();
  const server = createSecureServer({ key, cert }, (_, response) => {
    response.writeHead(200, { 'content-length': RELEASE.get('yolov5x')?.bytes });
    response.write(Buffer.alloc(1_000_000));
  });
  const port = await listen(server);
  const proxy = createHttpServer().on('connect', (_, socket) => {
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    const tunnel = connect(port, '127.0.0.1').on('error', () => {});
    socket
      .on('error', () => {})
      .pipe(tunnel)
      .pipe(socket);
  });
  const modelDir = join(folder.path, 'fetched');
  const env = environment({
    ...{ ...FREE_PORTS, MODEL: 'yolov5x', MODEL_DIR: modelDir, NODE_TLS_REJECT_UNAUTHORIZED: '0' },
    HTTPS_PROXY: `http://127.0.0.1:${await listen(proxy)}`,
  });
  const child = spawn(process.execPath, [MAIN], { env, stdio: 'ignore' });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await Promise.all([close(server), close(proxy)]);
  });
  const files = () =>
    readdirSync(modelDir).map((name) => ({ name, bytes: statSync(join(modelDir, name)).size }));
  await expect
    .poll(() => existsSync(modelDir) && files(), { timeout: 20_000 })
    .toEqual([{ name: expect.any(String), bytes: 1_000_000 }]);
  const exit = once(child, 'exit');
  child.kill('SIGINT');
  expect(await exit).toEqual([0, null]);
  expect(files()).toEqual([{ name: 'yolov5x.pt.partial', bytes: 1_000_000 }]);
});

test('a second signal stops it at once', async () => {
  const { child, httpUrl } = await startMain();
  await callWithoutEnd(httpUrl);
  const exit = once(child, 'exit');
  child.stdout?.on('data', (line) => String(line).includes('finishing') && child.kill('SIGTERM'));
  child.kill('SIGINT');
  expect(await exit).toEqual([1, null]);
});
