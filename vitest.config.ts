import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**', 'test/bench/**', 'node_modules/**'],
    setupFiles: ['test/support/seed.ts'],
    testTimeout: 20_000,
    // By default one processor is left idle: on a machine of two that is half of them.
    maxWorkers: '100%',
    // No module has state, so files can share them: to import them anew for each takes a quarter of the time.
    isolate: false,
  },
});
