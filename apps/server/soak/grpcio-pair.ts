import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** The one that Debian's python3-grpcio is for. */
const PYTHON = '/usr/bin/python3';

/** Whether Python has grpcio here. */
export function hasGrpcio(): boolean {
  return spawnSync(PYTHON, ['-c', 'import grpc']).status === 0;
}

/** Python's client at the same work as `openGrpcJsPair`, in a process of its own. */
export function startGrpcioPair(ports: readonly number[], picturePath: string) {
  const address = `ipv4:${ports.map((port) => `127.0.0.1:${port}`).join(',')}`;
  const args = [path('load.py'), address, path('../../../proto/service-config.json'), picturePath];
  const child = spawn(PYTHON, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const output = text(child.stdout);
  return {
    /** How many calls were answered, and what became of the others. */
    async stop(): Promise<{ answered: number; failed: string[] }> {
      child.stdin.end();
      await once(child, 'close');
      const [answered, ...failed] = (await output).trim().split('\n');
      return { answered: Number(answered), failed };
    },
  };
}
