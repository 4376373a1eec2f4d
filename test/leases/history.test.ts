import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LeaseEvent } from '../../machines/lease/events.ts';
import { coveredDays, historyOf, type LeaseRecord, leaseThen } from '../../machines/lease/history.ts';
import { leaseContextOf } from '../../machines/lease/step.ts';
import { addDays, daysBetween, startOfDay } from '../../machines/settlement/calendar.ts';
import { createLease } from './lease-world.ts';

const day = '2026-08-10';
const hourMs = 3_600_000;

/** Steps a lease and keeps what it writes, with the instant of it. */
function chronicle() {
  const lease = createLease({ graceDays: 2 });
  const records: LeaseRecord[] = [];
  let at = startOfDay(day) + 10 * hourMs;
  const take = () => {
    for (const effect of lease.last.effects) {
      if (effect.kind !== 'recordLeaseEvent') continue;
      const { n, type, body, effectiveDay } = effect;
      records.push({ lease: 'l-1', n, type, body, effectiveDay, recordedAt: at });
    }
  };
  take();
  return {
    lease,
    records,
    now: () => at,
    step(event: LeaseEvent, hour: number) {
      at = startOfDay(day) + hour * hourMs;
      lease.to(addDays(day, Math.floor(hour / 24)), hour % 24);
      lease.step(event);
      take();
    },
    history() {
      const history = historyOf(records);
      if (!history) throw new Error('it never began');
      return history;
    },
  };
}

const begin = { type: 'activate', fromDay: day, untilDay: null } as const;
const other = { plan: 'taxi', version: 2, graceDays: 0 };
const at = (hour: number) => startOfDay(day) + hour * hourMs;

describe('the history of a lease alone tells', () => {
  test('from which instant it counts at the bay: never before it was written', () => {
    const { step, history } = chronicle();
    step(begin, 10);
    expect(leaseThen(history(), at(10) - 1)).toBeNull();
    expect(leaseThen(history(), at(10))).toEqual({ vin: 'CAR-1', plan: 'taxi', version: 1 });
    expect(coveredDays(history(), day, addDays(day, 1))).toHaveLength(1);
  });

  test('which car it was on, to the moment', () => {
    const { step, history } = chronicle();
    step(begin, 10);
    step({ type: 'transfer', vin: 'CAR-2', reason: 'sold' }, 60);
    expect(leaseThen(history(), at(60) - 1)?.vin).toBe('CAR-1');
    expect(leaseThen(history(), at(60))?.vin).toBe('CAR-2');
  });

  test('which plan, by the day', () => {
    const { step, history } = chronicle();
    step(begin, 10);
    step({ type: 'changePlan', plan: { ...other, version: 3 }, fromDay: '2026-08-12' }, 11);
    step({ type: 'changePlan', plan: other, fromDay: '2026-08-20' }, 12);
    expect(leaseThen(history(), startOfDay('2026-08-20') - 1)?.version).toBe(1);
    expect(leaseThen(history(), startOfDay('2026-08-20'))?.version).toBe(2);
    expect(coveredDays(history(), '2026-08-01', '2026-09-01')).toEqual([
      { fromDay: day, toDay: '2026-08-20', vin: 'CAR-1', plan: 'taxi', version: 1, state: 'active' },
      { fromDay: '2026-08-20', toDay: '2026-09-01', vin: 'CAR-1', plan: 'taxi', version: 2, state: 'active' },
    ]);
  });

  test('a plan agreed for after its end is off, also when the end is moved later', () => {
    const { lease, step, history, now } = chronicle();
    step(begin, 10);
    step({ type: 'changePlan', plan: other, fromDay: '2026-08-12' }, 11);
    step({ type: 'end', lastDay: '2026-08-11', override: true, reason: 'x' }, 12);
    step({ type: 'end', lastDay: '2026-08-20', override: true, reason: 'x' }, 13);
    step({ type: 'transfer', vin: 'CAR-2', reason: 'sold' }, 60);
    expect(leaseContextOf(lease.last.stored).plan.version).toBe(1);
    expect(leaseThen(history(), now())?.version).toBe(1);
    expect(coveredDays(history(), day, '2026-09-01').map((r) => r.version)).toEqual([1, 1]);
  });

  test('until which day, and when it was suspended', () => {
    const { step, history } = chronicle();
    step(begin, 10);
    step({ type: 'suspend', reason: 'x' }, 30);
    step({ type: 'resume', reason: 'x' }, 80);
    step({ type: 'end', lastDay: '2026-08-20', override: false, reason: 'x' }, 90);
    expect(coveredDays(history(), '2026-08-01', '2026-09-01').map((r) => [r.fromDay, r.toDay, r.state])).toEqual([
      [day, '2026-08-11', 'active'],
      ['2026-08-11', '2026-08-13', 'suspended'],
      ['2026-08-13', '2026-08-21', 'active'],
    ]);
    expect(leaseThen(history(), startOfDay('2026-08-21') - 1)).not.toBeNull();
    expect(leaseThen(history(), startOfDay('2026-08-21'))).toBeNull();
  });
});

const near = fc.integer({ min: -1, max: 60 }).map((days) => addDays(day, days));
const event: fc.Arbitrary<LeaseEvent> = fc.oneof(
  fc.record({ type: fc.constantFrom('suspend' as const, 'resume' as const), reason: fc.constant('r') }),
  fc.record({
    type: fc.constant('transfer' as const),
    vin: fc.constantFrom('CAR-1', 'CAR-2'),
    reason: fc.constant('r'),
  }),
  fc.record({
    type: fc.constant('end' as const),
    lastDay: near,
    override: fc.constant(true),
    reason: fc.constant('r'),
  }),
  fc.record({
    type: fc.constant('changePlan' as const),
    plan: fc.record({ plan: fc.constant('taxi'), version: fc.integer({ min: 1, max: 4 }), graceDays: fc.constant(0) }),
    fromDay: near,
  }),
  fc.record({ type: fc.constant('clock' as const) }),
);

test('whatever happens: each day of a month is covered once, as the machine stood, and what is past is never told otherwise', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(event, fc.integer({ min: 1, max: 100 })), { maxLength: 15 }), (events) => {
      const { lease, step, history, now } = chronicle();
      step(begin, 10);
      let hour = 10;
      for (const [each, hours] of events) {
        const before = history();
        const until = now();
        hour += hours;
        step(each, hour);
        const context = leaseContextOf(lease.last.stored);
        const then = leaseThen(history(), now());
        // The machine learns of a due plan with its next event, whatever that is: here it has just had one.
        if (then && lease.last.refusal === null)
          expect(then).toEqual({ vin: context.vin, plan: 'taxi', version: context.plan.version });
        for (let past = at(9); past <= until; past += 7 * hourMs)
          expect(leaseThen(history(), past)).toEqual(leaseThen(before, past));
      }
      for (const month of ['2026-08', '2026-09', '2026-10']) {
        const [first, next] = [`${month}-01`, addDays(`${month}-28`, 4).slice(0, 8).concat('01')];
        const ranges = coveredDays(history(), first, next);
        const { fromDay, untilDay } = history();
        const from = [fromDay, first].sort().at(-1) ?? first;
        const to = [untilDay ?? next, next].sort()[0] ?? next;
        const days = ranges.reduce((sum, range) => sum + daysBetween(range.fromDay, range.toDay), 0);
        expect(days).toBe(Math.max(0, daysBetween(from, to)));
        ranges.slice(1).forEach((range, i) => {
          expect(range.fromDay).toBe(ranges[i]?.toDay);
        });
      }
    }),
    { numRuns: 300 },
  );
});
