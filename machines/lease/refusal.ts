import { beijingDay, monthsLater, startOfDay } from '../settlement/calendar.ts';
import type { LeaseContext } from './context.ts';
import type { TimedLeaseEvent } from './events.ts';

/** Why a lease does not take an event that its state would allow. */
export type LeaseRefusal =
  | 'dayInThePast'
  | 'noDayLeft'
  | 'minimumTerm'
  | 'alreadySuspended'
  | 'notSuspended'
  | 'sameVehicle'
  | 'samePlan'
  | 'alreadyKnown'
  | 'notKnown'
  | 'notDue';

/** First day (excluded from the lease) on which it may end by its minimum term. */
export const mayEndOn = ({ fromDay, minimumTermMonths }: LeaseContext): string =>
  fromDay === null ? '' : monthsLater(fromDay, minimumTermMonths);

/** The last instant without a stop: the end of the last day of grace of the oldest debt. Null: nothing is owed. */
export function graceUntil({ arrears, plan }: LeaseContext): number | null {
  const [oldest] = arrears.map(({ dueDay }) => dueDay).sort();
  return oldest === undefined ? null : startOfDay(oldest) + (plan.graceDays + 1) * 86_400_000;
}

export const isOver = ({ untilDay }: LeaseContext, now: number): boolean =>
  untilDay !== null && startOfDay(untilDay) <= now;
export const planIsDue = ({ next }: LeaseContext, now: number): boolean =>
  next !== null && startOfDay(next.fromDay) <= now;
export const graceIsOver = (context: LeaseContext, now: number): boolean => {
  const until = graceUntil(context);
  return until !== null && until <= now;
};

/** When the clock has something to do; null: never. */
export function nextDue(context: LeaseContext, now: number): number | null {
  const { untilDay, next } = context;
  const grace = graceUntil(context);
  const instants = [
    ...(untilDay === null ? [] : [startOfDay(untilDay)]),
    ...(next === null ? [] : [startOfDay(next.fromDay)]),
    ...(grace === null ? [] : [grace]),
  ];
  // A grace that is over has been acted on, or stands behind a suspension or a dispute whose end looks at it again.
  const later = instants.filter((instant) => instant > now);
  return later.length === 0 ? null : Math.min(...later);
}

/**
 * A dispute of a bill takes what it is about out of the arrears, and no more (docs/disputes.md). Any other was noted by the operator, who then waits
 * with all that is owed.
 */
export const isOfBill = (dispute: string): boolean => /^d-[0-9a-f]{16}$/.test(dispute);

export function refusalOf(context: LeaseContext, event: TimedLeaseEvent): LeaseRefusal | null {
  const today = beijingDay(event.now);
  switch (event.type) {
    case 'activate':
      if (event.fromDay < today) return 'dayInThePast';
      return event.untilDay !== null && event.untilDay <= event.fromDay ? 'noDayLeft' : null;
    case 'suspend':
      return context.suspendedFor === null ? null : 'alreadySuspended';
    case 'resume':
      return context.suspendedFor === null ? 'notSuspended' : null;
    case 'overdue':
      return context.arrears.some(({ statement }) => statement === event.statement) ? 'alreadyKnown' : null;
    case 'paid':
      return context.arrears.some(({ statement }) => statement === event.statement) ? null : 'notKnown';
    case 'dispute':
      return context.disputes.includes(event.dispute) ? 'alreadyKnown' : null;
    case 'disputeResolved':
      return context.disputes.includes(event.dispute) ? null : 'notKnown';
    case 'end':
      return endRefusal(context, event, today);
    case 'transfer':
      return event.vin === context.vin ? 'sameVehicle' : null;
    case 'changePlan': {
      if (event.fromDay <= today) return 'dayInThePast';
      if (context.untilDay !== null && event.fromDay >= context.untilDay) return 'noDayLeft';
      const { plan, version } = context.plan;
      return event.plan.plan === plan && event.plan.version === version && context.next === null ? 'samePlan' : null;
    }
    case 'clock':
      return isOver(context, event.now) || planIsDue(context, event.now) || graceIsOver(context, event.now)
        ? null
        : 'notDue';
    case 'withdraw':
      return null;
  }
}

function endRefusal(
  context: LeaseContext,
  event: Extract<TimedLeaseEvent, { type: 'end' }>,
  today: string,
): LeaseRefusal | null {
  if (event.lastDay < today || event.lastDay < (context.fromDay ?? today)) return 'dayInThePast';
  // The first day after it must not lie before the term is over: a lease of one month from the 1st may have its last day on the 31st.
  return event.override || event.lastDay >= lastDayOfTerm(context) ? null : 'minimumTerm';
}

/** The earliest last day that the minimum term allows. */
export function lastDayOfTerm(context: LeaseContext): string {
  const after = mayEndOn(context);
  return after === '' ? '' : beijingDay(startOfDay(after) - 1);
}
