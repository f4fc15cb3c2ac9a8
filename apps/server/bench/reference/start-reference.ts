import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSettings } from '../../src/config.ts';
import { SHARED_MODELS } from '../../src/load-model.ts';
import { findModel } from '../../src/models/find-model.ts';
import { REPOSITORY_ROOT } from '../../src/setting.ts';
import type { Process } from '../server-process.ts';

const SERVER = fileURLToPath(new URL('./server.py', import.meta.url));
const PROTO = `${REPOSITORY_ROOT}/proto/original/mlpredictions`;
const NEEDED = 'import cv2, grpc, grpc_tools, numpy, torch';
/** Where a version manager stands before it, the system's own may still have what is needed. */
const PYTHONS = ['python3', '/usr/bin/python3'];

/**
 * The pipeline that the original system had, in Python: PyTorch and OpenCV behind grpcio, with the same model.
 * @returns undefined where it cannot run; the standard error output then says what is missing
 */
export async function startReference(
  env: NodeJS.ProcessEnv,
): Promise<(Process & { readonly port: number }) | undefined> {
  const python = PYTHONS.find((name) => succeeds(name, ['-c', NEEDED]));
  if (!python) return skip('Python with torch, cv2, numpy, grpc and grpc_tools is absent');
  const { model, modelDir } = readSettings(env);
  const folders = { modelDir, sharedDir: SHARED_MODELS, baseDir: REPOSITORY_ROOT };
  const { path = '' } = await findModel(model, folders);
  if (!path.endsWith('.pt')) return skip(`there is no checkpoint of ${model}`);

  const generated = mkdtempSync(join(tmpdir(), 'boxwire-reference-'));
  const out = [`--python_out=${generated}`, `--grpc_python_out=${generated}`];
  execFileSync(python, ['-m', 'grpc_tools.protoc', '-I', PROTO, ...out, 'mlpredictions.proto']);
  // It ends when its standard input does, however this process does.
  const child = spawn(python, [SERVER, path, generated], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => [''])]);
  rmSync(generated, { recursive: true });
  const port = Number(String(line));
  if (!(port > 0)) return skip('it did not start');
  return {
    port,
    pid: child.pid ?? 0,
    async stop() {
      if (child.exitCode !== null) return;
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}

function skip(why: string): undefined {
  console.warn(`NOT MEASURED: the reference pipeline in Python, because ${why}`);
}

function succeeds(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
