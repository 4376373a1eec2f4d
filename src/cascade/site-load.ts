import { and, asc, desc, eq, gte, lt, sql } from 'drizzle-orm';
import { energyBalance } from '../../machines/cascade/energy-balance.ts';
import { limitsOf } from '../../machines/cascade/grid-limits.ts';
import { amountFen } from '../../machines/settlement/money.ts';
import { dispatchReadings } from '../../schema/tables/dispatch.ts';
import type { SiteLoad } from '../../schema/wire/api/dispatch.ts';
import { intervalHours, intervalMs } from '../../schema/wire/cascade/dispatch.ts';
import { tariffPeriods } from '../../schema/wire/settlement/tariff.ts';
import type { Database } from '../db/client.ts';
import { findPrices } from './dispatch-inputs.ts';
import type { ReadingRow } from './dispatch-log.ts';
import { type DispatchSite, type InForce, plansInForce, readPlans, readSignals } from './dispatch-site.ts';

/** A site's quarters of an hour over a span, instants in UTC epoch ms, both at the start of one. */
export async function readSiteLoad(db: Database, site: DispatchSite, from: number, to: number): Promise<SiteLoad> {
  const starts = Array.from({ length: (to - from) / intervalMs }, (_, at) => from + at * intervalMs);
  const [rows, plans, signals, prices, before] = await Promise.all([
    db
      .select()
      .from(dispatchReadings)
      .where(
        and(
          eq(dispatchReadings.site, site.id),
          gte(dispatchReadings.startsAt, new Date(from)),
          lt(dispatchReadings.startsAt, new Date(to)),
        ),
      )
      .orderBy(asc(dispatchReadings.startsAt), asc(dispatchReadings.asset)),
    readPlans(db, site.id, from, to),
    readSignals(db, site.id, from, to),
    findPrices(db, site, starts),
    statesBefore(db, site, from),
  ]);
  const byStart = new Map<number, ReadingRow[]>();
  for (const row of rows) byStart.set(row.startsAt.getTime(), [...(byStart.get(row.startsAt.getTime()) ?? []), row]);
  const inForce = plansInForce(plans);
  const intervals = starts.map((at): SiteLoad['intervals'][number] => {
    const read = byStart.get(at) ?? [];
    const { importLimitW, exportLimitW } = limitsOf(site, signals, at);
    const price = prices.get(at);
    const open = price && !('gap' in price) ? { period: price.period, priceMicro: price.micro } : noPrice;
    const [one] = read;
    return {
      startsAt: new Date(at).toISOString(),
      actual: one ? amountsOf(one.loadWh, read) : null,
      planned: plannedAt(site, inForce, at),
      importLimitW,
      exportLimitW,
      // What was booked is told as it was booked.
      ...(one
        ? { period: tariffPeriods.find((period) => period === one.period) ?? null, priceMicro: one.priceMicro }
        : open),
    };
  });
  return {
    site: site.id,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    summary: summaryOf([...byStart.values()]),
    balances: balancesOf(site, rows, before),
    intervals,
  };
}

const noPrice = { period: null, priceMicro: null };

interface Amounts {
  loadWh: number;
  chargeWh: number;
  dischargeWh: number;
  gridWh: number;
}

function amountsOf(loadWh: number, moved: readonly { chargeWh: number; dischargeWh: number }[]): Amounts {
  const chargeWh = moved.reduce((sum, each) => sum + each.chargeWh, 0);
  const dischargeWh = moved.reduce((sum, each) => sum + each.dischargeWh, 0);
  return { loadWh, chargeWh, dischargeWh, gridWh: loadWh + chargeWh - dischargeWh };
}

function plannedAt(
  { assets }: DispatchSite,
  inForce: (asset: string, at: number) => InForce | null,
  at: number,
): Amounts | null {
  const plans = assets.flatMap(({ code }) => inForce(code, at) ?? []);
  const last = plans.reduce<InForce | null>(
    (best, each) => (best && best.plan.making > each.plan.making ? best : each),
    null,
  );
  return (
    last &&
    amountsOf(
      last.interval.loadWh,
      plans.map(({ interval }) => interval),
    )
  );
}

function summaryOf(quarters: readonly ReadingRow[][]): SiteLoad['summary'] {
  const summary: SiteLoad['summary'] = {
    intervals: quarters.length,
    peakWithoutW: null,
    peakWithW: null,
    costWithoutFen: 0,
    costWithFen: 0,
    savedFen: 0,
    chargeWh: 0,
    dischargeWh: 0,
    fedInWh: 0,
  };
  for (const rows of quarters) {
    const [one] = rows;
    if (!one) continue;
    const { loadWh, chargeWh, dischargeWh, gridWh } = amountsOf(one.loadWh, rows);
    summary.peakWithoutW = Math.max(summary.peakWithoutW ?? 0, loadWh / intervalHours);
    summary.peakWithW = Math.max(summary.peakWithW ?? 0, gridWh / intervalHours);
    summary.costWithoutFen += amountFen(loadWh, 'Wh', one.priceMicro);
    summary.savedFen += rows.reduce((sum, { costFen, worthFen }) => sum + worthFen - costFen, 0);
    summary.chargeWh += chargeWh;
    summary.dischargeWh += dischargeWh;
    summary.fedInWh += rows.reduce((sum, row) => sum + row.dischargeWh - row.usedWh, 0);
  }
  return { ...summary, costWithFen: summary.costWithoutFen - summary.savedFen };
}

function balancesOf(
  site: DispatchSite,
  rows: readonly ReadingRow[],
  before: ReadonlyMap<string, number>,
): SiteLoad['balances'] {
  return site.assets.flatMap((asset) => {
    const own = rows.filter((row) => row.asset === asset.code);
    if (own.length === 0) return [];
    const sum = (of: 'chargeWh' | 'dischargeWh' | 'costFen' | 'worthFen') => own.reduce((all, row) => all + row[of], 0);
    return {
      asset: asset.code,
      chargeWh: sum('chargeWh'),
      dischargeWh: sum('dischargeWh'),
      costFen: sum('costFen'),
      worthFen: sum('worthFen'),
      balance: energyBalance(own, before.get(asset.code) ?? null, asset),
    };
  });
}

/** States of charge at an instant: those of the quarter of an hour that ended then. */
async function statesBefore(db: Database, { assets }: DispatchSite, at: number): Promise<Map<string, number>> {
  const rows = await db
    .select({ asset: dispatchReadings.asset, socPct: dispatchReadings.socPct })
    .from(dispatchReadings)
    .where(
      and(
        sql`${dispatchReadings.asset} = any(${sql.param(assets.map(({ code }) => code))}::text[])`,
        eq(dispatchReadings.startsAt, new Date(at - intervalMs)),
      ),
    )
    .orderBy(desc(dispatchReadings.asset));
  return new Map(rows.flatMap(({ asset, socPct }) => (socPct === null ? [] : [[asset, socPct]])));
}
