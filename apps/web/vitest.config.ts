import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // To start a worker for each file takes longer than its tests.
    isolate: false,
    reporters: ['default', ['json', { outputFile: '../../.reports/web.json' }]],
  },
});
