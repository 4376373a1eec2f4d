import { expect, test } from 'vitest';
// First, so that it counts what all the others do.
import { bayCoverage, cycleCoverage } from './helpers/coverage.ts';
import './stories/healthy-swap.ts';
import './stories/each-step.ts';
import './stories/ways-out.ts';
import './stories/stops.ts';
import './stories/hello.ts';
import './stories/thermal.ts';
import './stories/unreadable.ts';
import './stories/reservation.ts';
import './stories/actions.ts';

test('the stories together take every transition, every timer and both outcomes of every guard', () => {
  expect(cycleCoverage.transitions()).toBeGreaterThan(300);
  expect(cycleCoverage.unreachable()).toEqual([]);
  expect(bayCoverage.unreachable()).toEqual([]);
  expect(cycleCoverage.missing()).toEqual([]);
  expect(bayCoverage.missing()).toEqual([]);
});
