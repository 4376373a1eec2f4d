import { sql } from 'drizzle-orm';
import { totalFen } from '../../machines/settlement/money.ts';
import { postingsOf } from '../../machines/settlement/postings.ts';
import { type EnergyAtStation, trueUpLines } from '../../machines/settlement/true-up.ts';
import { notes } from '../../schema/tables/disputes.ts';
import { followUps } from '../../schema/tables/follow-ups.ts';
import { planVersions } from '../../schema/tables/plans.ts';
import { chargeCosts, receipts } from '../../schema/tables/receipts.ts';
import { statementItems } from '../../schema/tables/statements.ts';
import type { Database } from '../db/client.ts';
import { type CloseAct, fleetStatementId, isClosed, runAsked } from './close.ts';
import { monthEnd, monthStart } from './facts.ts';
import { noteStatement } from './notes.ts';

export const trueUpId = (month: string, party: string): string => `t-${month}-${party}`;

/**
 * Corrects the energy of a closed month by metered cost, once, for the receipts whose plan says so: a note that stands on the next statement. Waits
 * until the charges of the month are costed.
 */
export async function trueUpMonth(
  db: Database,
  party: string,
  month: string,
  act: CloseAct,
): Promise<'noted' | 'was noted' | 'nothing' | 'waiting'> {
  const id = trueUpId(month, party);
  const known = await db.execute(sql`select id from ${notes} where id = ${id}`);
  if (known.length > 0) return 'was noted';
  if (!(await isClosed(db, fleetStatementId(month, party)))) return 'waiting';
  const stations = await energyOf(db, party, month);
  if (stations.length === 0) return 'nothing';
  if (await costsAreMissing(db, month)) return 'waiting';
  const lines = trueUpLines(month, stations);
  const total = totalFen(lines);
  if (total === 0) return 'nothing';
  const { by, now } = act;
  const made = await runAsked(
    db,
    noteStatement({
      id,
      reason: 'trueUp',
      party,
      text: `Energy of ${month} by metered cost`,
      lines,
      totalFen: total,
      postings: postingsOf(lines, { lessee: party, vin: '', owner: null }),
      by,
      now,
    }),
    act,
  );
  return made === null ? 'was noted' : 'noted';
}

async function energyOf(db: Database, party: string, month: string): Promise<EnergyAtStation[]> {
  const rows = await db.execute<Record<keyof EnergyAtStation, string>>(sql`
    with mine as (
      select r.station, r.energy_wh,
        (select coalesce(sum((l ->> 'amountFen')::bigint), 0) from jsonb_array_elements(r.lines) l where l ->> 'kind' = 'energy') as billed
      from ${statementItems} i join ${receipts} r on r.swap = i.item
        join ${planVersions} v on v.plan = r.plan and v.version = r.plan_version
      where i.kind = 'receipt' and i.statement = ${fleetStatementId(month, party)} and (v.terms ->> 'energyTrueUp')::boolean)
    select m.station, sum(m.energy_wh) as "energyWh", sum(m.billed) as "billedFen",
      (select coalesce(sum(metered_wh), 0) from ${chargeCosts} c where c.station = m.station and ${endedIn(month)}) as "meteredWh",
      (select coalesce(sum(cost_fen), 0) from ${chargeCosts} c where c.station = m.station and ${endedIn(month)}) as "costFen"
    from mine m group by m.station order by m.station`);
  return rows.map(({ station, ...sums }) => ({
    station,
    energyWh: Number(sums.energyWh),
    billedFen: Number(sums.billedFen),
    meteredWh: Number(sums.meteredWh),
    costFen: Number(sums.costFen),
  }));
}

const endedIn = (month: string) =>
  sql`c.ended_at >= ${monthStart(month).toISOString()} and c.ended_at < ${monthEnd(month).toISOString()}`;

/** A charge that is not costed yet may be one of the month. */
async function costsAreMissing(db: Database, month: string): Promise<boolean> {
  const rows = await db.execute(
    sql`select subject from ${followUps} where consumer = 'chargeCost' and created_at < ${monthEnd(month).toISOString()} limit 1`,
  );
  return rows.length > 0;
}
