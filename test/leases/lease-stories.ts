import fc from 'fast-check';
import type { LeaseEvent } from '../../machines/lease/events.ts';
import { addDays } from '../../machines/settlement/calendar.ts';
import { createLease } from './lease-world.ts';

/** The first day of each story. */
export const day = '2026-08-10';

/** Events around a few days, so that they meet often. */
const near = fc.integer({ min: -3, max: 12 }).map((days) => addDays(day, days));
const anyEvent: fc.Arbitrary<LeaseEvent> = fc.oneof(
  fc.record({ type: fc.constant('activate' as const), fromDay: near, untilDay: fc.option(near) }),
  fc.record({
    type: fc.constantFrom('withdraw' as const, 'suspend' as const, 'resume' as const),
    reason: fc.constant('r'),
  }),
  fc.record({ type: fc.constant('overdue' as const), statement: fc.constantFrom('s-1', 's-2'), dueDay: near }),
  fc.record({ type: fc.constant('paid' as const), statement: fc.constantFrom('s-1', 's-2') }),
  fc.record({
    type: fc.constantFrom('dispute' as const, 'disputeResolved' as const),
    dispute: fc.constantFrom('d-1', 'd-00000000000000b1'),
  }),
  fc.record({ type: fc.constant('end' as const), lastDay: near, override: fc.boolean(), reason: fc.constant('r') }),
  fc.record({
    type: fc.constant('transfer' as const),
    vin: fc.constantFrom('CAR-1', 'CAR-2'),
    reason: fc.constant('r'),
  }),
  fc.record({
    type: fc.constant('changePlan' as const),
    plan: fc.record({ plan: fc.constant('taxi'), version: fc.integer({ min: 1, max: 3 }), graceDays: fc.nat(3) }),
    fromDay: near,
  }),
  fc.record({ type: fc.constant('clock' as const) }),
);
/** What happens, each so many hours after the one before. */
export const story = fc.array(fc.tuple(anyEvent, fc.integer({ min: 0, max: 40 })), { maxLength: 25 });

/** Runs a story in order of time and gives the lease after each event. */
export function tell(
  events: [LeaseEvent, number][],
  see: (lease: ReturnType<typeof createLease>, hour: number) => void,
) {
  const lease = createLease({ graceDays: 2 });
  let hour = 10;
  for (const [event, hours] of events) {
    hour += hours;
    lease.to(addDays(day, Math.floor(hour / 24)), hour % 24);
    lease.step(event);
    see(lease, hour);
  }
}
