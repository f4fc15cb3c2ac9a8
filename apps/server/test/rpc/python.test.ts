import { execFile, execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Code } from '@connectrpc/connect';
import { afterAll, describe, expect, test } from 'vitest';
import { DetectorError } from '../../src/detector/detector-error.ts';
import { temporaryFolder } from '../small-model.ts';
import { startServer, until } from './harness.ts';

// The unmodified client: generated from the original definition, which knows nothing that was added since.
const ORIGINAL = fileURLToPath(new URL('../../../../proto/original/mlpredictions', import.meta.url));
const SCRIPT = fileURLToPath(new URL('./python-client.py', import.meta.url));
const PYTHON = '/usr/bin/python3';
const folder = temporaryFolder();
afterAll(folder.remove);

function generateClient(): boolean {
  const out = [`--python_out=${folder.path}`, `--grpc_python_out=${folder.path}`];
  try {
    execFileSync(PYTHON, ['-m', 'grpc_tools.protoc', '-I', ORIGINAL, ...out, 'mlpredictions.proto'], {
      stdio: 'pipe',
    });
    execFileSync(PYTHON, ['-c', 'import grpc'], { stdio: 'pipe' });
    return true;
  } catch {
    console.warn(
      '\nNOT TESTED: grpcio, the Python client\n  because python3-grpcio or python3-grpc-tools is absent\n',
    );
    return false;
  }
}

describe.skipIf(!generateClient())('grpcio, generated from the original definition', () => {
  const run = promisify(execFile);

  /** What the script's scenario printed, one JSON value a line. */
  async function play(url: string, scenario: string): Promise<unknown[]> {
    const env = { ...process.env, PYTHONPATH: folder.path };
    const { stdout } = await run(PYTHON, [SCRIPT, new URL(url).host, scenario], { env });
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  }

  const answer = (frame: number) => ({ frame, object: [[0.5, 1, frame + 1, 1, 'bottle']] });

  test('one image', async () => {
    const { grpcUrl, detector } = await startServer();
    detector.answerAll();
    expect(await play(grpcUrl, 'single')).toEqual([answer(3)]);
  });

  test('a stream', async () => {
    const { grpcUrl, detector } = await startServer();
    detector.answerAll();
    const frames = Array.from({ length: 20 }, (_, i) => i + 1);
    expect(await play(grpcUrl, 'stream')).toEqual(frames.map(answer));
  });

  test.each(['gzip', 'deflate'])('compressed by %s', async (compression) => {
    const { grpcUrl, detector } = await startServer();
    detector.answerAll();
    expect(await play(grpcUrl, `single-${compression}`)).toEqual([answer(3)]);
    expect(await play(grpcUrl, `stream-${compression}`)).toHaveLength(20);
  });

  test('error', async () => {
    const { grpcUrl, detector } = await startServer();
    detector.intercept = () => {
      throw new DetectorError('invalid', 'width is 0, ünd so weiter');
    };
    expect(await play(grpcUrl, 'single')).toEqual([
      { code: Code.InvalidArgument, details: 'width is 0, ünd so weiter' },
    ]);
    expect(await play(grpcUrl, 'stream')).toEqual(
      Array.from({ length: 20 }, (_, i) => ({ frame: i + 1, object: [] })),
    );
  });

  test.each(['single-deadline', 'stream-deadline'])('%s', async (scenario) => {
    const { grpcUrl, detector } = await startServer();
    expect(await play(grpcUrl, scenario)).toMatchObject([{ code: Code.DeadlineExceeded }]);
    await until(() => detector.jobs.every(({ signal }) => signal?.aborted));
  });

  test.each(['single-cancel', 'stream-cancel'])('%s', async (scenario) => {
    const { grpcUrl, detector } = await startServer();
    expect(await play(grpcUrl, scenario)).toMatchObject([{ code: Code.Canceled }]);
    await until(() => detector.jobs.every(({ signal }) => signal?.aborted));
  });
});
