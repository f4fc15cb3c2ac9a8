// Runs Next with the settings of the environment: `node launch.ts dev | build | start`.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { readSettings, SettingError } from './src/settings.ts';

const [command = ''] = process.argv.slice(2);
const next = createRequire(import.meta.url).resolve('next/dist/bin/next');

function options(): string[] {
  const { host, webPort } = readSettings();
  return command === 'build' ? [] : ['--hostname', host, '--port', String(webPort)];
}

function run(): void {
  const child = spawn(process.execPath, [next, command, ...options()], {
    stdio: 'inherit',
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
  });
  let asked = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      asked = true;
      child.kill(signal);
    });
  }
  // An end that was asked for is a clean one, whatever code Next gives it.
  child.on('exit', (code) => process.exit(asked ? 0 : (code ?? 1)));
}

try {
  run();
} catch (error) {
  if (!(error instanceof SettingError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
