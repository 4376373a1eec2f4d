import { addDays, beijingDay } from '../settlement/calendar.ts';
import type { LeaseContext } from './context.ts';
import type { LeaseEventType, TimedLeaseEvent } from './events.ts';

/** All that bills need to know of the lease, so that its history alone tells who owes what. */
const partiesOf = ({ vin, lessee, owner, plan: { plan, version } }: LeaseContext) => ({
  vin,
  lessee,
  owner,
  plan,
  version,
});

/** What stands in the lease's history. */
export function bodyOf(type: LeaseEventType, context: LeaseContext, event: TimedLeaseEvent): Record<string, unknown> {
  const { fromDay, untilDay, next, vin } = context;
  switch (type) {
    case 'quoted':
      return partiesOf(context);
    case 'activated':
      return { ...partiesOf(context), fromDay, untilDay };
    case 'transferred':
      return { vin, ...reasonOf(event) };
    case 'planChanged':
      return { plan: next?.plan, version: next?.version, fromDay: next?.fromDay };
    case 'endRequested':
      return { untilDay, ...(event.type === 'end' && event.override ? { override: true } : {}), ...reasonOf(event) };
    case 'ended':
      return { untilDay };
    case 'overdue':
      return event.type === 'overdue' ? { statement: event.statement, dueDay: event.dueDay } : {};
    case 'paid':
      return event.type === 'paid' ? { statement: event.statement } : {};
    case 'disputed':
    case 'disputeResolved':
      return 'dispute' in event ? { dispute: event.dispute } : {};
    case 'withdrawn':
    case 'suspended':
    case 'resumed':
      return reasonOf(event);
  }
}

const reasonOf = (event: TimedLeaseEvent): { reason?: string } => ('reason' in event ? { reason: event.reason } : {});

/** The day from which it counts. */
export function effectiveDayOf(type: LeaseEventType, context: LeaseContext, event: TimedLeaseEvent): string {
  const today = beijingDay(nowOf(event));
  switch (type) {
    case 'activated':
      return context.fromDay ?? today;
    case 'planChanged':
      return context.next?.fromDay ?? today;
    case 'endRequested':
    case 'ended':
      return context.untilDay ?? today;
    case 'transferred':
      return context.vehicleSince ?? today;
    case 'overdue':
      return event.type === 'overdue' ? addDays(event.dueDay, 1) : today;
    default:
      return today;
  }
}

/** The first step of a machine carries XState's own event, with the input. */
const nowOf = (event: TimedLeaseEvent | { input?: { now: number } }): number =>
  'now' in event ? event.now : (event.input?.now ?? 0);
