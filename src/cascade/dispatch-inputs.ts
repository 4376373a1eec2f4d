import { desc, eq, sql } from 'drizzle-orm';
import { forecastLoad, forecastReachMs } from '../../machines/cascade/load-forecast.ts';
import { addDays, beijingDay } from '../../machines/settlement/calendar.ts';
import { type Price, priceAt, sayGap } from '../../machines/settlement/price-book.ts';
import { dispatchReadings } from '../../schema/tables/dispatch.ts';
import { siteTariffs } from '../../schema/tables/second-life.ts';
import { intervalMs } from '../../schema/wire/cascade/dispatch.ts';
import { ApiError } from '../api/problem.ts';
import type { Database } from '../db/client.ts';
import { loadTariffs } from '../tariffs/load.ts';
import { type AssetRow, type DispatchSite, type InForce, instants } from './dispatch-site.ts';

/** A site as its energy is priced. */
export type PricedSite = Pick<DispatchSite, 'id' | 'tariffCategory'>;

/** Under which category the site buys at an instant: the last that was said for that day or one before. */
export async function siteCategories(
  db: Database,
  { id, tariffCategory }: PricedSite,
): Promise<(at: number) => string> {
  const entries = await db
    .select({ fromDay: siteTariffs.fromDay, category: siteTariffs.category })
    .from(siteTariffs)
    .where(eq(siteTariffs.site, id))
    .orderBy(desc(siteTariffs.fromDay));
  return (at) => {
    const day = beijingDay(at);
    return entries.find(({ fromDay }) => fromDay <= day)?.category ?? tariffCategory;
  };
}

/** @throws where an instant has no price: never a price of zero. */
export async function readPrices(
  db: Database,
  site: PricedSite,
  starts: readonly number[],
): Promise<Map<number, Price>> {
  const prices = await findPrices(db, site, starts);
  for (const [, price] of prices) if ('gap' in price) throw new ApiError('tariff-gap', `${sayGap(price.gap)}.`);
  return prices as Map<number, Price>;
}

/** The same, with gaps in it. */
export async function findPrices(db: Database, site: PricedSite, starts: readonly number[]) {
  if (starts.length === 0) return new Map<number, ReturnType<typeof priceAt>>();
  const [book, categoryAt] = await Promise.all([
    loadTariffs(db, { from: beijingDay(Math.min(...starts)), to: addDays(beijingDay(Math.max(...starts)), 1) }),
    siteCategories(db, site),
  ]);
  return new Map(starts.map((at) => [at, priceAt(book, categoryAt(at), at)]));
}

/** What the site will take by what it took. @throws where nobody knows. */
export async function forecastLoads(
  db: Database,
  site: string,
  starts: readonly number[],
  now: number,
): Promise<number[]> {
  const first = Math.min(...starts);
  const days = Array.from({ length: 14 }, (_, at) => at + 1);
  const weeks = Array.from({ length: 8 }, (_, at) => 7 * (at + 1));
  const wanted = [...new Set(starts.flatMap((at) => [...days, ...weeks].map((back) => at - back * 86_400_000)))];
  const rows = await db.execute<{ at: number; load_wh: number }>(sql`
    select distinct extract(epoch from starts_at)::float8 * 1000 as at, load_wh from ${dispatchReadings}
    where site = ${site} and starts_at = any(${instants(wanted.filter((at) => at < now && at >= first - forecastReachMs))})`);
  const history = new Map(rows.map(({ at, load_wh }) => [at, load_wh]));
  return starts.map((at) => {
    const wh = forecastLoad(history, at, now);
    if (wh !== null) return wh;
    const detail = `is needed: the site has no reading of that weekday, or of the last days, at the time of ${new Date(at).toISOString()}`;
    throw new ApiError('invalid-body', `The load is not known: loadWh ${detail}.`, {
      errors: [{ pointer: '/loadWh', detail }],
    });
  });
}

/** A state of charge that is older says nothing of now. */
const freshMs = 24 * 3_600_000;

/**
 * What is in the assets at an instant to come: by the last reading, and what the plans in force do from then on. Of assets whose last reading is
 * older than a day nothing is said.
 */
export async function storedAt(
  db: Database,
  assets: readonly AssetRow[],
  inForce: (asset: string, startsAt: number) => InForce | null,
  at: number,
  now: number,
): Promise<Map<string, number>> {
  const rows = await db.execute<{ asset: string; ends: number; soc_pct: number }>(sql`
    select a.code as asset, extract(epoch from r.starts_at)::float8 * 1000 + ${intervalMs} as ends, r.soc_pct
    from unnest(${sql.param(assets.map(({ code }) => code))}::text[]) a(code)
      join lateral (select * from ${dispatchReadings} r where r.asset = a.code and r.soc_pct is not null
        and r.starts_at >= ${new Date(now - freshMs).toISOString()}::timestamptz order by r.starts_at desc limit 1) r on true`);
  const stored = new Map<string, number>();
  for (const { asset, ends, soc_pct } of rows) {
    const row = assets.find(({ code }) => code === asset);
    if (!row) continue;
    let wh = (row.energyWh * soc_pct) / 100;
    for (let start = ends; start < at; start += intervalMs) {
      const interval = inForce(asset, start)?.interval;
      if (!interval) continue;
      wh += (interval.chargeWh * row.chargeEfficiencyPct) / 100;
      wh -= (interval.dischargeWh * 100) / row.dischargeEfficiencyPct;
    }
    stored.set(asset, Math.round(Math.min(row.energyWh, Math.max(0, wh))));
  }
  return stored;
}

/** What the plan in force says that is in an asset when a quarter of an hour begins; null: it says nothing of it. */
export function storedByPlan(
  asset: string,
  inForce: (asset: string, startsAt: number) => InForce | null,
  at: number,
): number | null {
  const before = inForce(asset, at - intervalMs);
  if (before) return before.interval.storedWh;
  const { plan } = inForce(asset, at) ?? {};
  return plan && plan.fromAt.getTime() === at ? plan.figures.startWh : null;
}
