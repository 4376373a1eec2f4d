import { defineConfig } from 'vitest/config';
import base from './vitest.config.ts';

const { projects: _, ...common } = base.test ?? {};

/** The whole fault matrix, the planted bugs that its scenarios must catch, and 200 random worlds: `npm run test:faults`. */
export default defineConfig({
  test: {
    ...common,
    include: ['test/faults-matrix/**/*.test.ts', 'test/planted/**/*.test.ts', 'test/worlds/worlds.test.ts'],
    env: { PITLANE_WORLDS: process.env.PITLANE_WORLDS ?? '200' },
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    passWithNoTests: false,
  },
});
