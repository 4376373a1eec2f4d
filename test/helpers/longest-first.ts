import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { projectRoot } from '../../src/platform/paths.ts';

/** Files that take a quarter of a minute or more, the longest first. What is not true any more costs time and nothing else. */
const long = [
  'test/faults/representative.test.ts',
  'test/worlds/worlds.test.ts',
  'test/e2e/stranger.test.ts',
  'test/reservations/killed.test.ts',
  'test/e2e/start.test.ts',
  'test/contract/stranger.test.ts',
  'test/contract/simulated-station.test.ts',
  'test/client/client.test.ts',
  'test/platform/embedded-postgres.test.ts',
  'test/statements/killed.test.ts',
  'test/imports/crash.test.ts',
  'test/payments/crash.test.ts',
  'test/browser/simulator.test.ts',
  'test/browser/every-page.test.ts',
];

/** Begins with the longest files, so that no worker is left alone with one at the end. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const placeOf = ({ moduleId }: TestSpecification) => {
      const place = long.indexOf(relative(projectRoot, moduleId).replaceAll('\\', '/'));
      return place < 0 ? long.length : place;
    };
    const others = await super.sort(files);
    return others.toSorted((a, b) => placeOf(a) - placeOf(b));
  }
}
