/** A version of a plan, and what of its terms moves a lease. Versions never change, so a copy does not grow old. */
export interface LeasePlan {
  plan: string;
  version: number;
  graceDays: number;
}

export interface LeaseContext {
  lease: string;
  vin: string;
  lessee: string;
  owner: string;
  plan: LeasePlan;
  /** Agreed and not begun. */
  next: (LeasePlan & { fromDay: string }) | null;
  minimumTermMonths: number;
  /** First and (excluded) last day, Asia/Shanghai; null: not begun, open. */
  fromDay: string | null;
  untilDay: string | null;
  /** Since when it is the lease of this vehicle. */
  vehicleSince: string | null;
  /** It was asked to end on its last day. */
  endRequested: boolean;
  suspendedFor: string | null;
  /** Statements that are not paid in time. */
  arrears: { statement: string; dueDay: string }[];
  /** Disputes that are open. */
  disputes: string[];
  /** How many events were recorded: the n of the last. */
  events: number;
}

export interface LeaseInput {
  lease: string;
  vin: string;
  lessee: string;
  owner: string;
  plan: LeasePlan;
  minimumTermMonths: number;
  /** UTC epoch ms. */
  now: number;
}

/** Of no input: XState makes a first actor that nobody ever steps. */
const none: LeaseInput = {
  lease: '',
  vin: '',
  lessee: '',
  owner: '',
  plan: { plan: '', version: 1, graceDays: 0 },
  minimumTermMonths: 0,
  now: 0,
};

export const leaseContext = ({ now: _, ...input }: LeaseInput = none): LeaseContext => ({
  ...input,
  next: null,
  fromDay: null,
  untilDay: null,
  vehicleSince: null,
  endRequested: false,
  suspendedFor: null,
  arrears: [],
  disputes: [],
  events: 0,
});
