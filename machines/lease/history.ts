import { addDays, startOfDay } from '../settlement/calendar.ts';
import type { LeaseEventType } from './events.ts';

/** A line of a lease's history as it stands in `lease_events`. */
export interface LeaseRecord {
  lease: string;
  n: number;
  type: LeaseEventType;
  body: Readonly<Record<string, unknown>>;
  effectiveDay: string;
  /** UTC epoch ms. */
  recordedAt: number;
}

interface Since<T> {
  from: number;
  is: T;
}

export interface LeaseHistory {
  lease: string;
  lessee: string;
  owner: string;
  /** First and (excluded) last day; null: open. */
  fromDay: string;
  untilDay: string | null;
  /** Instant from which it counts at the bay. */
  from: number;
  vehicles: Since<string>[];
  plans: Since<{ plan: string; version: number }>[];
  suspended: Since<boolean>[];
}

/** What of a lease counts on its own: bills are rebuilt from this and nothing else. Null: it never began. */
export function historyOf(records: readonly LeaseRecord[]): LeaseHistory | null {
  let history: LeaseHistory | null = null;
  for (const record of [...records].sort((a, b) => a.n - b.n)) {
    if (record.type === 'activated') history = begun(record);
    else if (history) history = continued(history, record);
  }
  return history;
}

/** From its day on, and never before it was written: what was billed in the morning is not told otherwise at noon. */
const countsFrom = ({ effectiveDay, recordedAt }: LeaseRecord): number =>
  Math.max(startOfDay(effectiveDay), recordedAt);

function begun(record: LeaseRecord): LeaseHistory {
  const { vin, lessee, owner, plan, version, fromDay, untilDay } = record.body as {
    vin: string;
    lessee: string;
    owner: string;
    plan: string;
    version: number;
    fromDay: string;
    untilDay: string | null;
  };
  const from = countsFrom(record);
  return {
    lease: record.lease,
    lessee,
    owner,
    fromDay,
    untilDay,
    from,
    vehicles: [{ from, is: vin }],
    plans: [{ from, is: { plan, version } }],
    suspended: [],
  };
}

function continued(history: LeaseHistory, record: LeaseRecord): LeaseHistory {
  const { type, body } = record;
  const from = countsFrom(record);
  switch (type) {
    case 'transferred':
      return { ...history, vehicles: [...history.vehicles, { from, is: String(body.vin) }] };
    case 'planChanged': {
      // One that was agreed before and has not come to pass gives way.
      const taken = history.plans.filter((each) => each.from <= record.recordedAt);
      const is = { plan: String(body.plan), version: Number(body.version) };
      return { ...history, plans: [...taken, { from, is }] };
    }
    case 'endRequested': {
      // A plan agreed for after the end is off, and stays so when the end is moved.
      const untilDay = String(body.untilDay);
      return { ...history, untilDay, plans: history.plans.filter((each) => each.from < startOfDay(untilDay)) };
    }
    case 'suspended':
    case 'resumed':
      return { ...history, suspended: [...history.suspended, { from, is: type === 'suspended' }] };
    default:
      return history;
  }
}

const at = <T>(list: readonly Since<T>[], instant: number): T | undefined =>
  list.findLast(({ from }) => from <= instant)?.is;

/** The vehicle and the plan of the lease at an instant; null: it does not cover it. */
export function leaseThen(
  history: LeaseHistory,
  instant: number,
): { vin: string; plan: string; version: number } | null {
  if (instant < history.from) return null;
  if (history.untilDay !== null && instant >= startOfDay(history.untilDay)) return null;
  const vin = at(history.vehicles, instant);
  const plan = at(history.plans, instant);
  return vin === undefined || plan === undefined ? null : { vin, ...plan };
}

/** Days in a row, the last one excluded, on which the lease was the same. */
export interface LeaseDayRange {
  fromDay: string;
  toDay: string;
  vin: string;
  plan: string;
  version: number;
  state: 'active' | 'suspended';
}

/** The covered days from `firstDay` until (excluded) `endDay`. A day counts as a whole, as it stood at its end. */
export function coveredDays(history: LeaseHistory, firstDay: string, endDay: string): LeaseDayRange[] {
  const from = history.fromDay > firstDay ? history.fromDay : firstDay;
  const to = history.untilDay !== null && history.untilDay < endDay ? history.untilDay : endDay;
  const ranges: LeaseDayRange[] = [];
  for (let day = from; day < to; day = addDays(day, 1)) {
    const end = startOfDay(addDays(day, 1)) - 1;
    const plan = at(history.plans, end);
    const vin = at(history.vehicles, end);
    if (plan === undefined || vin === undefined) continue;
    const state = at(history.suspended, end) === true ? 'suspended' : 'active';
    const last = ranges.at(-1);
    const toDay = addDays(day, 1);
    const goesOn =
      last?.vin === vin && last.plan === plan.plan && last.version === plan.version && last.state === state;
    if (last && goesOn) last.toDay = toDay;
    else ranges.push({ fromDay: day, toDay, vin, ...plan, state });
  }
  return ranges;
}
