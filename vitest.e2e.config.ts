import { defineConfig } from 'vitest/config';

// Real processes, sockets and editors: one file at a time, so that no measurement of one disturbs another.
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 600_000,
    fileParallelism: false,
  },
});
