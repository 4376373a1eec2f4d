import type { LeasePlan } from './context.ts';

/** What can happen to a lease. Days are of Asia/Shanghai. */
export type LeaseEvent =
  /** `untilDay`, excluded: a lease of a fixed term. */
  | { type: 'activate'; fromDay: string; untilDay: string | null }
  | { type: 'withdraw'; reason: string }
  | { type: 'suspend'; reason: string }
  | { type: 'resume'; reason: string }
  /** A statement was not paid by its due day. */
  | { type: 'overdue'; statement: string; dueDay: string }
  | { type: 'paid'; statement: string }
  | { type: 'dispute'; dispute: string }
  | { type: 'disputeResolved'; dispute: string }
  /** `override`: before the minimum term is over. */
  | { type: 'end'; lastDay: string; override: boolean; reason: string }
  | { type: 'transfer'; vin: string; reason: string }
  | { type: 'changePlan'; plan: LeasePlan; fromDay: string }
  /** Nothing but time has passed. */
  | { type: 'clock' };

/** An event on its way through the machine. */
export type TimedLeaseEvent = LeaseEvent & { now: number };

export const leaseEventTypes = [
  'quoted',
  'withdrawn',
  'activated',
  'suspended',
  'resumed',
  'overdue',
  'paid',
  'disputed',
  'disputeResolved',
  'endRequested',
  'ended',
  'transferred',
  'planChanged',
] as const;
export type LeaseEventType = (typeof leaseEventTypes)[number];

/** Why the next swap is stopped before unlocking. */
export const leaseBlocks = ['leaseInArrears', 'leaseSuspended', 'leaseLapsed'] as const;
export type LeaseBlock = (typeof leaseBlocks)[number];

/** What a step of a lease wants written. The caller folds it into one statement. */
export type LeaseEffect =
  | {
      kind: 'recordLeaseEvent';
      n: number;
      type: LeaseEventType;
      body: Record<string, unknown>;
      effectiveDay: string;
    }
  | { kind: 'setBlocks'; blocks: LeaseBlock | null }
  /** When the clock is to step it; null: never. */
  | { kind: 'armDue'; dueAt: number | null }
  | { kind: 'setPlan'; plan: string; version: number }
  /** The days on which the lease has this vehicle to itself. */
  | { kind: 'setTerm'; vin: string; fromDay: string; untilDay: string | null }
  /** From this day on the vehicle is one that needs a lease. */
  | { kind: 'needLease'; vin: string; fromDay: string };
