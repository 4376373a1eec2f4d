import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LeaseEvent } from '../../machines/lease/events.ts';
import { leaseRunner } from '../../machines/lease/machine.ts';
import { leaseContextOf } from '../../machines/lease/step.ts';
import { addDays, startOfDay } from '../../machines/settlement/calendar.ts';
import { countCoverage } from '../machines/helpers/coverage.ts';
import { day, story, tell } from './lease-stories.ts';
import { createLease } from './lease-world.ts';

const coverage = countCoverage(leaseRunner);
const why = { reason: 'test' };
const begin = { type: 'activate', fromDay: day, untilDay: null } as const;
const overdue = { type: 'overdue', statement: 's-1', dueDay: '2026-08-15' } as const;
const running = (options: Parameters<typeof createLease>[0] = {}) => {
  const lease = createLease(options);
  lease.step(begin);
  return lease;
};
const other = { plan: 'taxi', version: 2, graceDays: 0 };

describe('from the quote to the last day', () => {
  test('a quote binds nobody: it only begins or is withdrawn', () => {
    const lease = createLease();
    for (const event of [{ type: 'suspend', ...why }, { type: 'clock' }, overdue] as LeaseEvent[])
      expect(lease.step(event)).toMatchObject({ refusal: 'wrongState', state: 'quoted', effects: [] });
    expect(lease.step({ ...begin, fromDay: '2026-08-09' }).refusal).toBe('dayInThePast');
    expect(lease.step({ ...begin, untilDay: day }).refusal).toBe('noDayLeft');
    expect(lease.step({ type: 'withdraw', ...why })).toMatchObject({ state: 'ended', refusal: null });
    expect(lease.blocks()).toBeNull();
    expect(lease.step(begin).refusal).toBe('wrongState');
    expect(lease.records()).toEqual([`1 quoted ${day}`, `2 withdrawn ${day}`]);
  });

  test('it runs until the end of its last day', () => {
    const lease = running();
    expect(lease.step({ type: 'end', lastDay: '2026-08-20', override: false, ...why }).state).toBe('ending');
    expect(lease.blocks()).toBeNull();
    expect(lease.dueAt()).toBe(startOfDay('2026-08-21'));
    lease.to('2026-08-20', 23.99);
    expect(lease.step({ type: 'clock' }).refusal).toBe('notDue');
    lease.to('2026-08-21', 0);
    expect(lease.step({ type: 'clock' }).state).toBe('ended');
    expect(lease.blocks()).toBe('leaseLapsed');
    expect(lease.dueAt()).toBeNull();
  });

  test('whatever comes after its last day comes too late, also before the clock has been', () => {
    const lease = running();
    lease.step({ type: 'end', lastDay: '2026-08-20', override: false, ...why });
    lease.to('2026-08-25');
    expect(lease.step({ type: 'suspend', ...why })).toMatchObject({ refusal: 'wrongState', effects: [] });
    expect(lease.step({ type: 'clock' }).state).toBe('ended');
    expect(lease.records().at(-1)).toBe('4 ended 2026-08-21');
  });

  test('a fixed term ends by itself', () => {
    const lease = createLease();
    lease.step({ ...begin, untilDay: '2026-09-01' });
    expect(lease.last.state).toBe('active');
    expect(lease.dueAt()).toBe(startOfDay('2026-09-01'));
  });

  test.each([
    ['2026-08-31', 1, '2026-09-29'],
    ['2026-08-10', 12, '2027-08-09'],
    ['2027-12-31', 2, '2028-02-28'],
  ])('from %s for at least %i months its last day may be %s', (fromDay, minimumTermMonths, lastDay) => {
    const lease = createLease({ minimumTermMonths, day: fromDay });
    lease.step({ ...begin, fromDay });
    const end = (on: string, override = false) => lease.step({ type: 'end', lastDay: on, override, ...why }).refusal;
    expect(end(addDays(lastDay, -1))).toBe('minimumTerm');
    expect(end(addDays(fromDay, -1), true)).toBe('dayInThePast');
    expect(end(lastDay)).toBeNull();
    expect(end(fromDay, true)).toBeNull();
  });
});

describe('arrears', () => {
  test('stop the next swap only after the days of grace, and paying clears them', () => {
    const lease = running({ graceDays: 7 });
    lease.to('2026-08-16');
    expect(lease.step(overdue).state).toBe('inArrears');
    expect(lease.blocks()).toBeNull();
    expect(lease.dueAt()).toBe(startOfDay('2026-08-23'));
    lease.to('2026-08-22', 23.9);
    expect(lease.step({ type: 'clock' }).refusal).toBe('notDue');
    lease.to('2026-08-23', 0);
    expect(lease.step({ type: 'clock' }).state).toBe('inArrears');
    expect(lease.blocks()).toBe('leaseInArrears');
    expect(lease.step({ type: 'paid', statement: 's-9' }).refusal).toBe('notKnown');
    expect(lease.step({ type: 'paid', statement: 's-1' }).state).toBe('active');
    expect(lease.blocks()).toBeNull();
  });

  test('of several the oldest counts, until all are paid', () => {
    const lease = running({ graceDays: 2 });
    lease.to('2026-08-16');
    lease.step({ ...overdue, statement: 's-2', dueDay: '2026-08-18' });
    lease.step(overdue);
    expect(lease.step(overdue).refusal).toBe('alreadyKnown');
    expect(lease.dueAt()).toBe(startOfDay('2026-08-18'));
    lease.to('2026-08-19');
    lease.step({ type: 'clock' });
    expect(lease.blocks()).toBe('leaseInArrears');
    lease.step({ type: 'paid', statement: 's-1' });
    expect(lease.last.state).toBe('inArrears');
    expect(lease.blocks()).toBeNull();
  });

  test('are not forgotten over a dispute, a suspension or an end', () => {
    const lease = running({ graceDays: 0 });
    lease.to('2026-08-20');
    lease.step(overdue);
    expect(lease.blocks()).toBe('leaseInArrears');
    expect(lease.step({ type: 'dispute', dispute: 'd-1' }).state).toBe('disputed');
    expect(lease.blocks()).toBeNull();
    expect(lease.step({ type: 'dispute', dispute: 'd-1' }).refusal).toBe('alreadyKnown');
    lease.step({ type: 'dispute', dispute: 'd-2' });
    expect(lease.step({ type: 'disputeResolved', dispute: 'd-1' }).state).toBe('disputed');
    expect(lease.step({ type: 'disputeResolved', dispute: 'd-1' }).refusal).toBe('notKnown');
    expect(lease.step({ type: 'suspend', ...why }).state).toBe('suspended');
    expect(lease.blocks()).toBe('leaseSuspended');
    expect(lease.step({ type: 'suspend', ...why }).refusal).toBe('alreadySuspended');
    expect(lease.step({ type: 'resume', ...why }).state).toBe('disputed');
    expect(lease.step({ type: 'resume', ...why }).refusal).toBe('notSuspended');
    lease.step({ type: 'end', lastDay: '2026-09-30', override: false, ...why });
    expect(lease.step({ type: 'disputeResolved', dispute: 'd-2' }).state).toBe('inArrears');
    expect(lease.blocks()).toBe('leaseInArrears');
    expect(lease.step({ type: 'paid', statement: 's-1' }).state).toBe('ending');
  });
});

describe('a dispute of a bill', () => {
  const bill = { dispute: 'd-00000000000000b1' };

  test('frees no car from what is owed beside it: the books say what is, and the rest stays', () => {
    const lease = running({ graceDays: 0 });
    lease.to('2026-08-20');
    lease.step(overdue);
    expect(lease.step({ type: 'dispute', ...bill }).state).toBe('inArrears');
    expect(lease.blocks()).toBe('leaseInArrears');
    // All of the debt is in dispute, or paid: the books count no arrears.
    expect(lease.step({ type: 'paid', statement: 's-1' }).state).toBe('disputed');
    expect(lease.blocks()).toBeNull();
    lease.step(overdue);
    expect(lease.blocks()).toBe('leaseInArrears');
    expect(lease.step({ type: 'disputeResolved', ...bill }).state).toBe('inArrears');
  });

  test('is no stop by itself, and grace runs on beside it', () => {
    const lease = running({ graceDays: 2 });
    lease.to('2026-08-16');
    lease.step(overdue);
    expect(lease.step({ type: 'dispute', ...bill }).state).toBe('disputed');
    expect(lease.dueAt()).toBe(startOfDay('2026-08-18'));
    lease.to('2026-08-18', 0);
    expect(lease.step({ type: 'clock' }).state).toBe('inArrears');
    expect(lease.blocks()).toBe('leaseInArrears');
  });
});

describe('a change of plan', () => {
  test('begins on its day; what was agreed before gives way', () => {
    const lease = running();
    expect(lease.step({ type: 'changePlan', plan: other, fromDay: day }).refusal).toBe('dayInThePast');
    const same = { plan: 'taxi', version: 1, graceDays: 7 };
    expect(lease.step({ type: 'changePlan', plan: same, fromDay: '2026-09-01' }).refusal).toBe('samePlan');
    lease.step({ type: 'changePlan', plan: { ...other, version: 3 }, fromDay: '2026-08-20' });
    lease.step({ type: 'changePlan', plan: other, fromDay: '2026-09-01' });
    expect(lease.dueAt()).toBe(startOfDay('2026-09-01'));
    lease.to('2026-08-25');
    expect(lease.step({ type: 'clock' }).refusal).toBe('notDue');
    lease.to('2026-09-01', 0);
    expect(lease.step({ type: 'clock' }).effects).toContainEqual({ kind: 'setPlan', plan: 'taxi', version: 2 });
    expect(leaseContextOf(lease.last.stored)).toMatchObject({ plan: other, next: null });
  });

  test('has begun for whatever is asked on its day', () => {
    const lease = running();
    lease.step({ type: 'changePlan', plan: other, fromDay: '2026-08-20' });
    lease.to('2026-08-20');
    lease.step({ type: 'changePlan', plan: { ...other, version: 3 }, fromDay: '2026-09-01' });
    expect(leaseContextOf(lease.last.stored)).toMatchObject({ plan: other, next: { version: 3 } });
    expect(lease.last.effects).toContainEqual({ kind: 'setPlan', plan: 'taxi', version: 2 });
    expect(lease.last.effects.filter(({ kind }) => kind === 'armDue')).toHaveLength(1);
  });

  test('not after its last day, and an end before it takes it back', () => {
    const lease = running();
    lease.step({ type: 'changePlan', plan: other, fromDay: '2026-09-01' });
    lease.step({ type: 'end', lastDay: '2026-08-31', override: false, ...why });
    expect(leaseContextOf(lease.last.stored).next).toBeNull();
    expect(lease.step({ type: 'changePlan', plan: other, fromDay: '2026-09-01' }).refusal).toBe('noDayLeft');
  });
});

test('a transfer gives the days from today on to another car', () => {
  const lease = running();
  lease.to('2026-08-20');
  expect(lease.step({ type: 'transfer', vin: 'CAR-1', ...why }).refusal).toBe('sameVehicle');
  const { effects } = lease.step({ type: 'transfer', vin: 'CAR-2', ...why });
  expect(effects).toContainEqual({ kind: 'setTerm', vin: 'CAR-2', fromDay: '2026-08-20', untilDay: null });
  expect(effects).toContainEqual({ kind: 'needLease', vin: 'CAR-2', fromDay: '2026-08-20' });
});

test('whatever happens: numbers without gaps, blocks that fit the state, and no clock that is late', () => {
  fc.assert(
    fc.property(story, (events) => {
      tell(events, (lease, hour) => {
        const numbers = lease.effects.flatMap((e) => (e.kind === 'recordLeaseEvent' ? [e.n] : []));
        expect(numbers).toEqual(numbers.map((_, at) => at + 1));
        const { state, stored } = lease.last;
        const context = leaseContextOf(stored);
        const blocks = lease.blocks() ?? null;
        if (state === 'disputed' || state === 'active' || state === 'ending' || state === 'quoted')
          expect(blocks).toBeNull();
        if (state === 'suspended') expect(blocks).toBe('leaseSuspended');
        if (blocks === 'leaseInArrears') expect(context.arrears.length).toBeGreaterThan(0);
        const now = startOfDay(day) + hour * 3_600_000;
        const due = lease.dueAt() ?? null;
        const refused = lease.last.refusal !== null;
        if (due !== null && !refused) expect(due).toBeGreaterThan(now);
        if (state !== 'ended' && state !== 'quoted' && context.untilDay !== null) expect(due).not.toBeNull();
      });
    }),
    { numRuns: 400 },
  );
});

test('no plan version changes under a running lease but by an agreed change, on its day', () => {
  fc.assert(
    fc.property(story, (events) => {
      let before: { version: number; next: { version: number; fromDay: string } | null } | null = null;
      tell(events, (lease, hour) => {
        const { plan, next } = leaseContextOf(lease.last.stored);
        if (before && plan.version !== before.version) {
          expect(plan.version).toBe(before.next?.version);
          expect(startOfDay(before.next?.fromDay ?? '')).toBeLessThanOrEqual(startOfDay(day) + hour * 3_600_000);
        }
        before = { version: plan.version, next: next && { version: next.version, fromDay: next.fromDay } };
      });
    }),
    { numRuns: 400 },
  );
});

/** Every event there is, at an hour at which it means something. */
const alphabet: readonly [string, LeaseEvent][] = [
  [day, begin],
  [day, { type: 'withdraw', ...why }],
  ['2026-08-11', { type: 'suspend', ...why }],
  ['2026-08-11', { type: 'resume', ...why }],
  ['2026-08-11', { ...overdue, dueDay: '2026-08-10' }],
  ['2026-08-11', { ...overdue, dueDay: '2026-01-01' }],
  ['2026-08-11', { type: 'paid', statement: 's-1' }],
  ['2026-08-11', { type: 'dispute', dispute: 'd-1' }],
  ['2026-08-11', { type: 'disputeResolved', dispute: 'd-1' }],
  ['2026-08-11', { type: 'end', lastDay: '2026-08-20', override: false, ...why }],
  ['2026-08-11', { type: 'transfer', vin: 'CAR-2', ...why }],
  ['2026-08-11', { type: 'changePlan', plan: other, fromDay: '2026-08-15' }],
  ['2026-08-15', { type: 'clock' }],
  ['2026-08-19', { type: 'clock' }],
  ['2026-08-21', { type: 'clock' }],
];

/** What decides over what comes next: the state, and what the lease remembers. */
const stanceOf = (lease: ReturnType<typeof createLease>): string => {
  const { vin, plan, next, untilDay, suspendedFor, arrears, disputes } = leaseContextOf(lease.last.stored);
  const { value } = lease.last.stored.snapshot as { value: unknown };
  return JSON.stringify([value, vin, plan.version, next, untilDay, suspendedFor, arrears, disputes]);
};

test('from every stance that can be reached, every event leads to a stance that fits, by a shortest path', () => {
  const follow = (path: readonly number[]) => {
    const lease = createLease({ graceDays: 7 });
    for (const at of path) {
      const [on, event] = alphabet[at] ?? [day, { type: 'clock' as const }];
      lease.to(on);
      lease.step(event);
    }
    return lease;
  };
  const paths = new Map<string, readonly number[]>([[stanceOf(follow([])), []]]);
  for (const path of paths.values()) {
    const since = path.length === 0 ? day : (alphabet[path.at(-1) ?? 0]?.[0] ?? day);
    alphabet.forEach(([on], at) => {
      // Time does not run backwards.
      if (on < since) return;
      const lease = follow([...path, at]);
      const stance = stanceOf(lease);
      if (!paths.has(stance)) paths.set(stance, [...path, at]);
      const { state } = lease.last;
      const blocks = lease.blocks() ?? null;
      const { suspendedFor, arrears, disputes } = leaseContextOf(lease.last.stored);
      if (state === 'ended') expect([null, 'leaseLapsed']).toContain(blocks);
      else if (suspendedFor !== null) expect([state, blocks]).toEqual(['suspended', 'leaseSuspended']);
      else if (disputes.length > 0) expect([state, blocks]).toEqual(['disputed', null]);
      else if (arrears.length > 0) {
        expect(state).toBe('inArrears');
        expect([null, 'leaseInArrears']).toContain(blocks);
      } else expect(blocks).toBeNull();
    });
  }
  const values = new Set([...paths.keys()].map((stance) => JSON.stringify(JSON.parse(stance)[0])));
  expect([...values].sort()).toEqual(
    [
      'quoted',
      'ended',
      ...['active', 'suspended', 'disputed', 'ending'].map((running) => ({ running })),
      { running: { inArrears: 'grace' } },
      { running: { inArrears: 'stopped' } },
    ]
      .map((value) => JSON.stringify(value))
      .sort(),
  );
  expect(paths.size).toBeGreaterThan(100);
});

test('every state is reached, every transition taken, every guard passes and refuses', () => {
  expect(coverage.unreachable()).toEqual([]);
  expect(coverage.missing()).toEqual([]);
  expect(coverage.states()).toBeGreaterThan(10);
});
