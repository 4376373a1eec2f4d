import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { StoredMachine } from '../../machines/contract.ts';
import type { LeaseInput } from '../../machines/lease/context.ts';
import type { LeaseEffect, LeaseEvent } from '../../machines/lease/events.ts';
import { type LeaseStep, newLease, stepLease as stepMachine } from '../../machines/lease/step.ts';
import { leaseEvents, leases } from '../../schema/tables/leases.ts';
import { vehicles } from '../../schema/tables/vehicles.ts';
import type { Database } from '../db/client.ts';
import { runStatement, statement } from '../db/statement.ts';

export type LeaseRow = typeof leases.$inferSelect;

/** Who does it, and the instant of it, UTC epoch ms. */
export interface LeaseAct {
  by: string;
  now: number;
}

/** What a step writes, as parts of one statement. `lease_stepped` holds the row as it has become, and no row when somebody was first. */
export type LeaseParts = Record<'lease_stepped' | 'lease_recorded' | 'lease_needed', SQL>;

export type PlannedStep =
  | { refusal: null; parts: LeaseParts; state: LeaseStep['state'] }
  | { refusal: NonNullable<LeaseStep['refusal']>; parts: null; state: LeaseStep['state'] };

export const storedOf = ({ definition, sourceHash, snapshot }: LeaseRow): StoredMachine => ({
  kind: 'lease',
  definition,
  sourceHash,
  snapshot,
});

export async function readLease(db: Database, id: string): Promise<LeaseRow | null> {
  const [row] = await db.select().from(leases).where(eq(leases.id, id));
  return row ?? null;
}

/** Steps in memory; the parts apply only while the lease is as it was read. */
export function planStep(row: LeaseRow, event: LeaseEvent, act: LeaseAct): PlannedStep {
  const step = stepMachine(storedOf(row), event, act.now);
  if (step.refusal !== null) return { refusal: step.refusal, parts: null, state: step.state };
  const stepped = sql`update ${leases} set ${changesOf(step)}, edition = edition + 1
    where ${and(eq(leases.id, row.id), eq(leases.edition, row.edition))} returning *`;
  return { refusal: null, parts: partsOf(stepped, step, act), state: step.state };
}

/** The statement of a new quote. */
export function planQuote(input: Omit<LeaseInput, 'now'>, fromDay: string, act: LeaseAct): LeaseParts {
  const step = newLease({ ...input, now: act.now });
  const { lease, vin, lessee, owner, plan } = input;
  const { definition, sourceHash, snapshot } = step.stored;
  const stepped = sql`insert into ${leases}
    (id, vin, lessee, owner, plan, plan_version, state, from_day, definition, source_hash, snapshot, created_at, created_by)
    values (${lease}, ${vin}, ${lessee}, ${owner}, ${plan.plan}, ${plan.version}, ${step.state}, ${fromDay}, ${definition},
      ${sourceHash}, ${JSON.stringify(snapshot)}::text::jsonb, ${new Date(act.now).toISOString()}, ${act.by})
    returning *`;
  return partsOf(stepped, step, act);
}

function changesOf({ stored, state, effects }: LeaseStep): SQL {
  const changes: SQL[] = [
    sql`state = ${state}`,
    sql`definition = ${stored.definition}`,
    sql`source_hash = ${stored.sourceHash}`,
    sql`snapshot = ${JSON.stringify(stored.snapshot)}::text::jsonb`,
  ];
  for (const effect of effects) changes.push(...changesBy(effect));
  return sql.join(changes, sql`, `);
}

/** The one exhaustive switch over what a lease wants written in its row. Of two effects of a kind the last counts: they are folded before. */
function changesBy(effect: LeaseEffect): SQL[] {
  switch (effect.kind) {
    case 'setBlocks':
      return [sql`blocks = ${effect.blocks}`];
    case 'armDue':
      return [sql`due_at = ${effect.dueAt === null ? null : new Date(effect.dueAt).toISOString()}`];
    case 'setPlan':
      return [sql`plan = ${effect.plan}`, sql`plan_version = ${effect.version}`];
    case 'setTerm':
      return [sql`vin = ${effect.vin}`, sql`from_day = ${effect.fromDay}`, sql`until_day = ${effect.untilDay}`];
    case 'recordLeaseEvent':
    case 'needLease':
      return [];
  }
}

function partsOf(stepped: SQL, { effects }: LeaseStep, { by, now }: LeaseAct): LeaseParts {
  const records = effects.filter((effect) => effect.kind === 'recordLeaseEvent');
  const need = effects.find((effect) => effect.kind === 'needLease');
  return {
    lease_stepped: stepped,
    lease_recorded: sql`insert into ${leaseEvents} (lease, n, type, body, effective_day, by, recorded_at)
      select l.id, e.n, e.type, e.body, e."effectiveDay", ${by}, ${new Date(now).toISOString()} from lease_stepped l,
        jsonb_to_recordset(${JSON.stringify(records)}::text::jsonb) as e(n int, type text, body jsonb, "effectiveDay" date)
      returning n`,
    lease_needed: sql`update ${vehicles} set leased_since = least(leased_since, ${need?.fromDay ?? null}::date)
      where vin = ${need?.vin ?? ''} and exists (select from lease_stepped) returning vin`,
  };
}

/** What others may tell a lease: how its statements and disputes stand. */
export type LeaseNews = Extract<LeaseEvent, { type: 'overdue' | 'paid' | 'dispute' | 'disputeResolved' }>;

const mostTries = 5;

/**
 * Tells a running lease, in a statement of its own. Told twice it refuses (`alreadyKnown`, `notKnown`) and nothing changes; null: no such lease.
 * To commit it together with something else take `readLease` and the parts of `planStep`.
 */
export async function stepLease(
  db: Database,
  lease: string,
  news: LeaseNews,
  act: LeaseAct,
): Promise<{ refusal: LeaseStep['refusal']; state: LeaseStep['state'] } | null> {
  for (let tries = 1; ; tries += 1) {
    const row = await readLease(db, lease);
    if (row === null) return null;
    const { refusal, parts, state } = planStep(row, news, act);
    if (refusal !== null) return { refusal, state };
    const done = await runStatement(
      db,
      statement<{ id: string }>({ parts, result: sql`select id from lease_stepped` }),
    );
    if (done !== null) return { refusal: null, state };
    if (tries === mostTries) throw new Error(`lease ${lease} changes faster than it can be stepped`);
  }
}
