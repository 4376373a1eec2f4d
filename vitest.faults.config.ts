import { defineConfig } from 'vitest/config';
import base from './vitest.config.ts';

const { projects: _, ...common } = base.test ?? {};

/** The whole fault matrix: `npm run test:faults`. */
export default defineConfig({
  test: {
    ...common,
    include: ['test/faults-matrix/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    passWithNoTests: false,
  },
});
