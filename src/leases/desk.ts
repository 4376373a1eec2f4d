import { eq, sql } from 'drizzle-orm';
import type { LeaseEvent } from '../../machines/lease/events.ts';
import { type LeaseRefusal, lastDayOfTerm } from '../../machines/lease/refusal.ts';
import { leaseContextOf } from '../../machines/lease/step.ts';
import { beijingDay } from '../../machines/settlement/calendar.ts';
import { organisations } from '../../schema/tables/organisations.ts';
import { vehicles } from '../../schema/tables/vehicles.ts';
import { ApiError } from '../api/problem.ts';
import type { Database } from '../db/client.ts';
import { type Statement, statement } from '../db/statement.ts';
import { requireOrganisation, unknownReference } from '../inventory/change.ts';
import { readVersion } from '../plans/store.ts';
import { type LeaseAct, type LeaseRow, planQuote, planStep, storedOf } from './step.ts';
import { leaseInTheWay, toLease } from './store.ts';

export type SteppedRow = Record<string, unknown>;

const words: Record<LeaseRefusal | 'wrongState', string> = {
  wrongState: 'In its state that means nothing.',
  dayInThePast: 'The day lies in the past, or is not after today.',
  noDayLeft: 'No day of the lease would be left.',
  minimumTerm: 'The minimum term is not over.',
  alreadySuspended: 'It is suspended already.',
  notSuspended: 'It is not suspended.',
  sameVehicle: 'It is the lease of this vehicle already.',
  samePlan: 'It is on this version already.',
  alreadyKnown: 'That is known already.',
  notKnown: 'Nothing of that kind is open.',
  notDue: 'Nothing is due.',
};

function refused(row: LeaseRow, refusal: LeaseRefusal | 'wrongState'): ApiError {
  const detail =
    refusal === 'minimumTerm'
      ? `The minimum term is not over: its last day may be ${lastDayOfTerm(leaseContextOf(storedOf(row)))} or later.`
      : words[refusal];
  return new ApiError('lease-refused', detail, { current: toLease(row) });
}

/** The statement of a step, or its refusal. */
export function stepStatement(row: LeaseRow, event: LeaseEvent, act: LeaseAct): Statement<SteppedRow> {
  const { refusal, parts } = planStep(row, event, act);
  if (refusal !== null) throw refused(row, refusal);
  return statement<SteppedRow>({ parts, result: sql`select * from lease_stepped` });
}

/** Refuses a step that would give a vehicle two leases at once, and names the other. */
export async function requireFree(
  db: Database,
  own: { id: string; vin: string; fromDay: string; untilDay: string | null },
): Promise<void> {
  const current = await leaseInTheWay(db, own);
  if (current) throw new ApiError('lease-overlaps', undefined, { current });
}

/** Two at the same moment may both find the vehicle free; the constraint finds it then. */
export async function overlapNamed<T>(work: () => Promise<T>, inTheWay: () => Promise<unknown>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    for (let e: unknown = error; e instanceof Error; e = e.cause) {
      if ((e as { code?: string }).code !== '23P01') continue;
      throw new ApiError('lease-overlaps', undefined, { cause: error, current: await inTheWay() });
    }
    throw error;
  }
}

export async function requireVehicle(db: Database, vin: string, pointer: string): Promise<void> {
  const [row] = await db.select({ vin: vehicles.vin }).from(vehicles).where(eq(vehicles.vin, vin));
  if (!row) throw unknownReference(pointer, 'is not a vehicle that is known here');
}

/** A version that leases may be made on. */
export async function requirePlan(db: Database, id: string, version: number | undefined, pointer = '') {
  const found = await readVersion(db, id, version);
  if (!found) {
    const isVersion = version !== undefined && (await readVersion(db, id)) !== null;
    throw unknownReference(
      `${pointer}${isVersion ? '/version' : '/plan'}`,
      isVersion ? 'is not a version' : 'is not a plan',
    );
  }
  if (found.plan.closedAt !== null) throw unknownReference(`${pointer}/plan`, 'is closed: no new leases');
  return found;
}

/** The organisation that owns the packs where the plan names none. */
export async function operatorOf(db: Database): Promise<string> {
  const [row] = await db
    .select({ id: organisations.id })
    .from(organisations)
    .where(eq(organisations.kind, 'operator'))
    .orderBy(organisations.createdAt)
    .limit(1);
  return row?.id ?? 'operator';
}

/** A quote binds nobody: it may stand beside a running lease. */
export async function quoteStatement(
  db: Database,
  body: { id: string; vehicle: string; plan: string; version?: number | undefined; lessee: string },
  act: LeaseAct,
): Promise<Statement<SteppedRow>> {
  await requireVehicle(db, body.vehicle, '/vehicle');
  await requireOrganisation(db, 'fleet', body.lessee, '/lessee');
  const { plan, version } = await requirePlan(db, body.plan, body.version);
  const { graceDays, minimumTermMonths } = version.terms;
  const parts = planQuote(
    {
      lease: body.id,
      vin: body.vehicle,
      lessee: body.lessee,
      owner: plan.owner ?? (await operatorOf(db)),
      plan: { plan: plan.id, version: version.version, graceDays },
      minimumTermMonths,
    },
    beijingDay(act.now),
    act,
  );
  return statement<SteppedRow>({ parts, result: sql`select * from lease_stepped` });
}

/** From a day on another version, or another plan of the same owner: the packs stay whose they are. */
export async function planChangeStatement(
  db: Database,
  row: LeaseRow,
  body: { plan: string; version?: number | undefined; fromDay: string },
  act: LeaseAct,
): Promise<Statement<SteppedRow>> {
  const { plan, version } = await requirePlan(db, body.plan, body.version);
  const owner = plan.owner ?? (await operatorOf(db));
  if (owner !== row.owner) {
    throw new ApiError('lease-refused', 'The plan is of another owner: end this lease and quote another.', {
      current: toLease(row),
    });
  }
  const { graceDays } = version.terms;
  const taken = { plan: plan.id, version: version.version, graceDays };
  return stepStatement(row, { type: 'changePlan', plan: taken, fromDay: body.fromDay }, act);
}

/** The operator says that the car is swapped without a lease again. No row: there is no such car. */
export const freeVehicle = (vin: string, by: string): Statement<{ vin: string }> =>
  statement<{ vin: string }>({
    parts: {
      freed: sql`update ${vehicles} set leased_since = null, changed_by = ${by}, edition = edition + 1
        where ${vehicles.vin} = ${vin} returning vin`,
    },
    result: sql`select * from freed`,
  });
