import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** The whole fault matrix: `npm run test:faults`. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: undefined, exclude: undefined } },
  defineConfig({
    test: {
      include: ['test/faults-matrix/**/*.test.ts'],
      exclude: ['node_modules/**', 'dist/**'],
      testTimeout: 120_000,
      hookTimeout: 120_000,
      passWithNoTests: false,
    },
  }),
);
