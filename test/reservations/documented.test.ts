import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../src/platform/paths.ts';
import { reservationRules } from '../../src/reservations/rules.ts';

const read = (path: string) => readFile(join(projectRoot, path), 'utf8');

test('every rule on the page has the test it names', async () => {
  const page = await read('docs/reservations.md');
  const rules = [...page.matchAll(/^\| (?!rule|-)(.+?) \| (.+?) \|$/gm)].map(([, , name]) => name ?? '');
  expect(rules.length).toBeGreaterThan(15);
  const tests = await Promise.all(
    [
      'test/reservations/booking.test.ts',
      'test/reservations/planner.test.ts',
      'test/e2e/reservation.test.ts',
      'test/machines/stories/reservation.ts',
    ].map(read),
  );
  const all = tests.join('\n');
  expect(rules.filter((name) => !all.includes(`'${name}'`))).toEqual([]);
});

test('the page says what the rules are', async () => {
  const page = await read('docs/reservations.md');
  const { longestWindowMs, furthestAheadMs, earlyMs, stationsAsked } = reservationRules;
  expect([longestWindowMs / 60_000, furthestAheadMs / 3_600_000, earlyMs / 60_000, stationsAsked]).toEqual([
    60, 6, 10, 4,
  ]);
  for (const text of ['at most 60 min long', 'at most 6 h from now', 'from 10 min before', 'the first four'])
    expect(page).toContain(text);
});
