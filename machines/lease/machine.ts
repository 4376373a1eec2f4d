import { createMachine } from 'xstate';
import { assign } from '../runtime/assign.ts';
import { createRunner } from '../runtime/runner.ts';
import { addDays, beijingDay } from '../settlement/calendar.ts';
import { type LeaseContext, type LeaseInput, leaseContext } from './context.ts';
import type { LeaseBlock, LeaseEffect, LeaseEventType, TimedLeaseEvent } from './events.ts';
import { bodyOf, effectiveDayOf } from './record.ts';
import { graceIsOver, isOfBill, isOver, nextDue, planIsDue, refusalOf } from './refusal.ts';
import { leaseSpec } from './spec.ts';
import { leaseDefinition, leaseSourceHash } from './version.ts';

export interface LeaseArgs {
  context: LeaseContext;
  event: TimedLeaseEvent;
}

const guards = {
  may: ({ context, event }: LeaseArgs) => refusalOf(context, event) === null,
  isOver: ({ context, event }: LeaseArgs) => isOver(context, event.now),
  planIsDue: ({ context, event }: LeaseArgs) => planIsDue(context, event.now),
  isSuspended: ({ context }: LeaseArgs) => context.suspendedFor !== null,
  isDisputed: ({ context }: LeaseArgs) => context.disputes.length > 0,
  isStopped: ({ context, event }: LeaseArgs) => graceIsOver(context, event.now) && context.disputes.every(isOfBill),
  isInArrears: ({ context }: LeaseArgs) => context.arrears.length > 0,
  isEnding: ({ context }: LeaseArgs) => context.endRequested,
};

const on = <T extends TimedLeaseEvent['type']>(
  type: T,
  change: (event: Extract<TimedLeaseEvent, { type: T }>, context: LeaseContext) => Partial<LeaseContext>,
) =>
  assign(({ context, event }) =>
    (event as TimedLeaseEvent).type === type ? change(event as never, context as LeaseContext) : {},
  );

const assigns = {
  begin: on('activate', ({ fromDay, untilDay }) => ({ fromDay, untilDay, vehicleSince: fromDay })),
  /** Of a quote that came to nothing no day is left. */
  giveUp: on('withdraw', ({ now }) => ({
    fromDay: beijingDay(now),
    untilDay: beijingDay(now),
    vehicleSince: beijingDay(now),
  })),
  noteSuspension: on('suspend', ({ reason }) => ({ suspendedFor: reason })),
  forgetSuspension: assign(() => ({ suspendedFor: null })),
  noteArrears: on('overdue', ({ statement, dueDay }, { arrears }) => ({
    arrears: [...arrears, { statement, dueDay }],
  })),
  forgetArrears: on('paid', ({ statement }, { arrears }) => ({
    arrears: arrears.filter((owed) => owed.statement !== statement),
  })),
  noteDispute: on('dispute', ({ dispute }, { disputes }) => ({ disputes: [...disputes, dispute] })),
  forgetDispute: on('disputeResolved', ({ dispute }, { disputes }) => ({
    disputes: disputes.filter((open) => open !== dispute),
  })),
  notePlan: on('changePlan', ({ plan, fromDay }) => ({ next: { ...plan, fromDay } })),
  takePlan: assign(({ context }) => {
    const { next } = context as LeaseContext;
    if (next === null) return {};
    const { fromDay: _, ...plan } = next;
    return { plan, next: null };
  }),
  noteEnd: on('end', ({ lastDay }, { next }) => {
    const untilDay = addDays(lastDay, 1);
    return { untilDay, endRequested: true, next: next !== null && next.fromDay >= untilDay ? null : next };
  }),
  noteVehicle: on('transfer', ({ vin, now }, { fromDay }) => ({ vin, vehicleSince: later(fromDay, beijingDay(now)) })),
  count: assign(({ context }) => ({ events: (context as LeaseContext).events + 1 })),
};

const effects = {
  record: ({ context, event }: LeaseArgs, { as }: { as: LeaseEventType }): LeaseEffect[] => [
    {
      kind: 'recordLeaseEvent',
      n: context.events,
      type: as,
      body: bodyOf(as, context, event),
      effectiveDay: effectiveDayOf(as, context, event),
    },
  ],
  showBlocks: (_: LeaseArgs, { blocks }: { blocks: LeaseBlock | null }): LeaseEffect[] => [
    { kind: 'setBlocks', blocks },
  ],
  showDue: ({ context, event }: LeaseArgs): LeaseEffect[] => [{ kind: 'armDue', dueAt: nextDue(context, event.now) }],
  showPlan: ({ context }: LeaseArgs): LeaseEffect[] => [
    { kind: 'setPlan', plan: context.plan.plan, version: context.plan.version },
  ],
  showTerm: ({ context: { vin, vehicleSince, untilDay } }: LeaseArgs): LeaseEffect[] =>
    vehicleSince === null ? [] : [{ kind: 'setTerm', vin, fromDay: vehicleSince, untilDay }],
  needLease: ({ context: { vin, vehicleSince } }: LeaseArgs): LeaseEffect[] =>
    vehicleSince === null ? [] : [{ kind: 'needLease', vin, fromDay: vehicleSince }],
};

const later = (a: string | null, b: string): string => (a !== null && a > b ? a : b);

const machine = createMachine(
  {
    ...leaseSpec,
    context: ({ input }: { input: unknown }) => leaseContext(input as LeaseInput | undefined),
  } as never,
  { guards: guards as never, actions: { ...assigns, ...effects } as never },
);

export const leaseRunner = createRunner(machine, {
  kind: 'lease',
  definition: leaseDefinition,
  sourceHash: leaseSourceHash,
});
