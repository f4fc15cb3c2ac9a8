import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Some tests make sessions without us, see src/models/onnx/silence-runtime.ts.
    env: { ORT_DISABLE_TELEMETRY: '1' },
    include: ['test/**/*.test.ts'],
    // Each file in a process of its own: the tests start servers, worker threads and native sessions.
    pool: 'forks',
    maxWorkers: 2,
    // Not how long it may take, but when to give up on it: machines are busy.
    expect: { poll: { timeout: 30_000 } },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', ['json', { outputFile: '../../.reports/server.json' }]],
  },
});
