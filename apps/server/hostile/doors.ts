import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { AnalysisService } from '@boxwire/proto/boxwire/v1/analysis_service';
import { UploadService } from '@boxwire/proto/boxwire/v1/upload_service';
import { MlPredictions } from '@boxwire/proto/mlpredictions/mlpredictions';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { Connection } from '../../cli/src/connection.ts';
import type { HostileFile } from './hostile-file.ts';
import type { Verdict } from './verdict.ts';

/** A way by which files come in. One verdict for each file. */
export type Door = (files: readonly HostileFile[]) => AsyncIterable<Verdict> | Promise<readonly Verdict[]>;

/** No file may take longer: it is a hang, and told as one. */
const TIMEOUT_MS = 60_000;
const EVERY_FRAME = { case: 'everyNth', value: 1 } as const;

export function openClients(port: number) {
  const baseUrl = `http://127.0.0.1:${port}`;
  const sessionManager = new Connection(baseUrl);
  const transport = createGrpcTransport({ baseUrl, sessionManager, defaultTimeoutMs: TIMEOUT_MS });
  return {
    predictions: createClient(MlPredictions, transport),
    uploads: createClient(UploadService, transport),
    analysis: createClient(AnalysisService, transport),
    close: () => sessionManager.abort(),
  };
}

type Clients = ReturnType<typeof openClients>;

const failure = (thrown: unknown) => {
  const { code, rawMessage: message } = ConnectError.from(thrown);
  return { outcome: 'error', code, message } as const;
};

/** One call for each picture. */
export function unaryDoor({ predictions }: Clients): Door {
  return async function* unary(files) {
    for (const { name: file, bytes: data } of files) {
      const answer = predictions.predictSingleImage({ data });
      yield { file, door: 'unary', ...(await answer.then(() => ({ outcome: 'boxes' }) as const, failure)) };
    }
  };
}

/** All pictures in one stream, which must go on to its end. */
export function bidiDoor({ predictions }: Clients): Door {
  return async function* bidi(files) {
    async function* images() {
      for (const [frame, { bytes: data }] of files.entries()) yield { data, frame };
    }
    for await (const { frame, error } of predictions.predictMultipleImages(images(), {
      timeoutMs: 10 * TIMEOUT_MS,
    })) {
      const file = files[frame]?.name ?? '';
      yield {
        file,
        door: 'bidi',
        ...(error ? { outcome: 'error', code: error.code, message: error.message } : { outcome: 'boxes' }),
      };
    }
  };
}

/** Each file uploaded in pieces and analysed, every frame of it. */
export function uploadDoor({ uploads, analysis }: Clients): Door {
  async function analyze({
    fileName,
    bytes,
  }: HostileFile): Promise<Pick<Verdict, 'outcome' | 'code' | 'message'>> {
    const { upload } = await uploads.createUpload({ name: fileName, sizeBytes: BigInt(bytes.length) });
    const { id = '', maxPieceBytes = 1 } = upload ?? {};
    try {
      for (let at = 0; at < bytes.length; at += maxPieceBytes) {
        await uploads.putPiece({ id, offsetBytes: BigInt(at), data: bytes.subarray(at, at + maxPieceBytes) });
      }
      await uploads.finishUpload({ id });
      for await (const { event } of analysis.analyze({ uploadIds: [id], frames: EVERY_FRAME })) {
        if (event.case !== 'summary') continue;
        const { error } = event.value;
        return error ? { outcome: 'error', code: error.code, message: error.message } : { outcome: 'boxes' };
      }
      return { outcome: 'error', code: Code.Unknown, message: 'no summary' };
    } finally {
      await uploads.deleteUpload({ id });
    }
  }
  return async function* upload(files) {
    for (const file of files)
      yield { file: file.name, door: 'upload', ...(await analyze(file).catch(failure)) };
  };
}

const CLI = fileURLToPath(new URL('../../cli/src/main.ts', import.meta.url));

/** All files in a folder, given to `pnpm detect`, which must name each of them once. */
export function cliDoor(port: number): Door {
  return async function cli(files) {
    const folder = mkdtempSync(join(tmpdir(), 'boxwire-hostile-'));
    try {
      const paths = files.map(({ fileName }, index) => `${index}-${fileName}`);
      for (const [index, path] of paths.entries())
        writeFileSync(join(folder, path), files[index]?.bytes ?? '');
      const args = ['--server', `127.0.0.1:${port}`, '--every', '1', '--json', ...paths];
      const child = spawn(process.execPath, [CLI, ...args], { cwd: folder, timeout: 10 * TIMEOUT_MS });
      const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
      const errors = err.split('\n');
      return paths.map((path, index) => {
        const message = errors.find((line) => line.startsWith(`${path}: `));
        const answered = out.includes(`"source":"${path}"`);
        const file = files[index]?.name ?? '';
        if (message) return { file, door: 'cli', outcome: 'error', code: Code.InvalidArgument, message };
        if (answered) return { file, door: 'cli', outcome: 'boxes' };
        return {
          file,
          door: 'cli',
          outcome: 'error',
          code: Code.Unknown,
          message: `not a word about it; ${errors.at(-2)}`,
        };
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
}
