import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // The whole fault matrix is its own command (`npm run test:faults`); the bench is `npm run bench`.
    exclude: ['node_modules/**', 'dist/**', 'test/faults-matrix/**', 'test/bench/**'],
    globalSetup: ['test/helpers/run-setup.ts'],
    setupFiles: ['test/helpers/nothing-left.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    pool: 'forks',
    // Tests start real processes: two files at once is what two cores carry.
    maxWorkers: 2,
    allowOnly: false,
  },
});
