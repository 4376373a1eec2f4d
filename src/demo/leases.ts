import { sql } from 'drizzle-orm';
import type { LeaseEvent } from '../../machines/lease/events.ts';
import { firstDay, startOfDay } from '../../machines/settlement/calendar.ts';
import type { Database } from '../db/client.ts';
import { runStatement, statement } from '../db/statement.ts';
import { planQuote, planStep, readLease } from '../leases/step.ts';
import { type DemoTaxi, demoTaxis } from './fleets.ts';
import { demoTerms } from './plans.ts';

/** Taxis, by their place in the list: those that came to the pilot station, two of each fleet. */
export const pilotTaxis = [0, 1, 16, 17] as const;
const suspended = 14;
const trial = 17;
/** Without a lease. */
const walkIns: readonly number[] = [31, 33, 35, 37, 38];

export interface DemoMonths {
  /** The pilot station worked in these two. */
  first: string;
  second: string;
  /** The month of the first start. */
  current: string;
}

export function planOf(at: number): string {
  if (at === trial) return 'taxi-trial';
  if (demoTaxis[at]?.fleet === 'jade-taxi') return 'taxi-per-swap';
  return at % 3 === 0 ? 'taxi-monthly' : 'taxi-per-kwh';
}

export const leaseIdOf = (at: number): string => `l-${(at + 1).toString(16).padStart(16, '0')}`;

/**
 * Leases of most taxis, each stepped by its own machine as of its first day: those of the pilot begin with it, the others with the month of the first
 * start. A lease that is there is left as it is, so that this may be cut off anywhere.
 */
export async function seedLeases(db: Database, months: DemoMonths, by: string): Promise<void> {
  for (const [at, taxi] of demoTaxis.entries()) {
    if (walkIns.includes(at)) continue;
    const isPilot = pilotTaxis.some((each) => each === at);
    const fromDay = firstDay(isPilot ? months.first : months.current);
    await seedLease(db, { at, taxi, fromDay, by });
    if (at !== suspended) continue;
    const reason = '车辆事故,维修中 / in repair after an accident';
    await stepTo(db, leaseIdOf(at), 'suspended', { type: 'suspend', reason }, { by, now: startOfDay(fromDay) + 36e5 });
  }
}

interface NewLease {
  at: number;
  taxi: DemoTaxi;
  fromDay: string;
  by: string;
}

async function seedLease(db: Database, { at, taxi, fromDay, by }: NewLease): Promise<void> {
  const lease = leaseIdOf(at);
  const plan = planOf(at);
  const { graceDays, minimumTermMonths } = demoTerms(plan);
  const act = { by, now: startOfDay(fromDay) };
  if ((await readLease(db, lease)) === null) {
    const terms = { plan: { plan, version: 1, graceDays }, minimumTermMonths };
    const parts = planQuote({ lease, vin: taxi.vin, lessee: taxi.fleet, owner: 'pack-bank', ...terms }, fromDay, act);
    await runStatement(db, statement({ parts, result: sql`select id from lease_stepped` }));
  }
  await stepTo(db, lease, 'active', { type: 'activate', fromDay, untilDay: null }, act);
}

/** Refused when it has been done: an active lease is not activated again, a suspended one not suspended. */
async function stepTo(
  db: Database,
  lease: string,
  state: string,
  event: LeaseEvent,
  act: { by: string; now: number },
): Promise<void> {
  const row = await readLease(db, lease);
  if (row === null) throw new Error(`no lease ${lease}`);
  const step = planStep(row, event, act);
  if (step.refusal !== null) return;
  if (step.state !== state) throw new Error(`lease ${lease} is ${step.state}, not ${state}`);
  await runStatement(db, statement({ parts: step.parts, result: sql`select id from lease_stepped` }));
}
