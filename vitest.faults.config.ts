import { defineConfig } from 'vitest/config';
import base from './vitest.config.ts';

const { projects: _, ...common } = base.test ?? {};

/** The whole fault matrix, and the planted bugs that its scenarios must catch: `npm run test:faults`. */
export default defineConfig({
  test: {
    ...common,
    include: ['test/faults-matrix/**/*.test.ts', 'test/planted/**/*.test.ts'],
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    passWithNoTests: false,
  },
});
