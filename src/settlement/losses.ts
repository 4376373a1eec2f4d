import { type SQL, sql } from 'drizzle-orm';
import { addMonths, firstDay, startOfDay } from '../../machines/settlement/calendar.ts';
import type { EnergyLoss } from '../../schema/wire/api/settlement.ts';
import type { Database } from '../db/client.ts';

/** Accuracy of the slot meters: active energy, class 1 (GB/T 17215.321), within 1 %. */
const meterClass = { name: '1', errorPct: 1 };
/** Of a BMS counter over a charge. */
const counterErrorPct = 1;

/** Metered, into the packs, delivered: where a month's energy has gone, by station. */
export async function readLosses(
  db: Database,
  { month, station }: { month: string; station?: string | undefined },
): Promise<EnergyLoss[]> {
  const from = new Date(startOfDay(firstDay(month))).toISOString();
  const to = new Date(startOfDay(firstDay(addMonths(month, 1)))).toISOString();
  const within = (at: SQL) => sql`${at} >= ${from}::timestamptz and ${at} < ${to}::timestamptz`;
  const here = station === undefined ? sql`` : sql`and station = ${station}`;
  const rows = await db.execute<Row>(sql`
    with charged as materialized (
      select station, count(*)::int as charges, sum(metered_wh)::float8 as metered, sum(cost_fen)::float8 as cost,
        coalesce(sum(metered_wh) filter (where into_pack_wh is not null), 0)::float8 as compared, coalesce(sum(into_pack_wh), 0)::float8 as into_packs
      from charge_costs where ${within(sql`ended_at`)} ${here} group by station),
    given as materialized (
      select station, count(*)::int as swaps, sum(energy_wh)::float8 as delivered,
        sum((select sum((l ->> 'amountFen')::bigint) from jsonb_array_elements(lines) l where l ->> 'kind' = 'energy'))::float8 as revenue
      from receipts where ${within(sql`released_at`)} ${here} group by station)
    select coalesce(c.station, g.station) as station, coalesce(c.charges, 0) as charges, coalesce(c.metered, 0) as metered,
      coalesce(c.cost, 0) as cost, coalesce(c.compared, 0) as compared, coalesce(c.into_packs, 0) as into_packs, coalesce(g.swaps, 0) as swaps,
      coalesce(g.delivered, 0) as delivered, coalesce(g.revenue, 0) as revenue
    from charged c full join given g on g.station = c.station order by 1`);
  return rows.map((row) => toLoss(row, month));
}

interface Row extends Record<string, unknown> {
  station: string;
  charges: number;
  metered: number;
  cost: number;
  compared: number;
  into_packs: number;
  swaps: number;
  delivered: number;
  revenue: number;
}

function toLoss(row: Row, month: string): EnergyLoss {
  const loss = row.compared - row.into_packs;
  return {
    station: row.station,
    month,
    meteredWh: row.metered,
    meterErrorWh: Math.ceil((row.metered * meterClass.errorPct) / 100),
    meterClass: meterClass.name,
    costFen: row.cost,
    charges: row.charges,
    comparedWh: row.compared,
    intoPacksWh: Math.round(row.into_packs),
    intoPacksErrorWh: Math.ceil((row.into_packs * counterErrorPct) / 100),
    chargingLossWh: Math.round(loss),
    chargingLossPct: row.compared === 0 ? null : Math.round((10_000 * loss) / row.compared) / 100,
    swaps: row.swaps,
    deliveredWh: row.delivered,
    energyRevenueFen: row.revenue,
  };
}
