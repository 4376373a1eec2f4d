import { configDefaults, defineConfig } from 'vitest/config';
import { LongestFirst } from './test/helpers/longest-first.ts';

/** What measures time runs last and alone: beside other tests it would measure them. */
const timing = ['test/e2e/first-start.test.ts', 'test/e2e/latency.test.ts', 'test/e2e/swap-time.test.ts'];
// The whole fault matrix and the planted bugs are their own command (`npm run test:faults`); the bench is `npm run bench`.
const elsewhere = [...configDefaults.exclude, 'dist/**', 'test/faults-matrix/**', 'test/planted/**', 'test/bench/**'];
/** Put counters into the machines they test, which others in the same process would find there. */
const counting = ['test/machines/**/*.test.ts', 'test/leases/machine.test.ts'];
/** Plans of all queries over a million swaps: `npm run test:size`. */
const size = ['test/size/plans.test.ts'];
/** In a real Chromium beside a running service, after the others. */
const browser = ['test/browser/**/*.test.ts'];
/** Of these, what measures time, or counts the alarms of all stations: alone. */
const alone = ['test/browser/city.test.ts', 'test/browser/first-paint.test.ts', 'test/browser/alarms.test.ts'];

export default defineConfig({
  test: {
    globalSetup: ['test/helpers/run-setup.ts'],
    setupFiles: ['test/helpers/nothing-left.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    pool: 'forks',
    // Tests start real processes and wait for them for a third of their time: three files at once is what two cores carry.
    maxWorkers: 3,
    // Of tests of one file that say they may run beside each other.
    maxConcurrency: 3,
    allowOnly: false,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'suite',
          include: ['test/**/*.test.ts'],
          exclude: [...elsewhere, ...timing, ...browser, ...counting, ...size],
          // Loading the sources anew for each file took a quarter of all the time.
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      { extends: true, test: { name: 'counting', include: counting, sequence: { groupOrder: 0 } } },
      { extends: true, test: { name: 'size', include: size, maxWorkers: 1, sequence: { groupOrder: 4 } } },
      { extends: true, test: { name: 'timing', include: timing, maxWorkers: 1, sequence: { groupOrder: 1 } } },
      {
        extends: true,
        test: {
          name: 'browser',
          include: browser,
          exclude: [...elsewhere, ...alone],
          maxWorkers: 2,
          testTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'browser-alone',
          include: alone,
          maxWorkers: 1,
          testTimeout: 120_000,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
