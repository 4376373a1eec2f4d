import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // The whole fault matrix is its own command (`npm run test:faults`); the bench is `npm run bench`.
    // The representative faults and the planted bugs run with the matrix until they have been seen green on a quiet machine (docs/fault-tests.md).
    exclude: [
      'node_modules/**',
      'dist/**',
      'test/faults-matrix/**',
      'test/faults/representative.test.ts',
      'test/planted/**',
      'test/bench/**',
    ],
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
