import { and, desc, eq, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { limitsOf } from '../../machines/cascade/grid-limits.ts';
import { type AssetPlan, planSite } from '../../machines/cascade/site-dispatch.ts';
import { siteOutcome } from '../../machines/cascade/site-outcome.ts';
import type { Price } from '../../machines/settlement/price-book.ts';
import { tariffName } from '../../machines/settlement/tariff.ts';
import { dispatchMarks, dispatchPlans } from '../../schema/tables/dispatch.ts';
import type { DispatchPlan, MadePlans, PlanSummary } from '../../schema/wire/api/dispatch.ts';
import { assetCode } from '../../schema/wire/api/second-life.ts';
import {
  intervalMs,
  type PlanBasis,
  type PlanFigures,
  type PlannedInterval,
} from '../../schema/wire/cascade/dispatch.ts';
import { cursorCodec, type Page, toPage } from '../api/cursor.ts';
import { ApiError } from '../api/problem.ts';
import type { Database } from '../db/client.ts';
import { rowOf } from '../db/row-of.ts';
import { readPrices } from './dispatch-inputs.ts';
import { type AssetRow, type DispatchSite, type InForce, type PlanRow, readSignals } from './dispatch-site.ts';

/** What plans are made of, when all of it is known. */
export interface PlanTask {
  site: DispatchSite;
  assets: readonly AssetRow[];
  /** Starts of the quarters of an hour, in their order. */
  starts: readonly number[];
  /** Of the site without its assets. */
  loadWh: readonly number[];
  /** In the assets at the start, by their codes. */
  startWh: ReadonlyMap<string, number>;
  inForce: (asset: string, startsAt: number) => InForce | null;
  basis: (asset: string) => PlanBasis;
}

/** A plan to be stored. */
export interface NewPlan {
  asset: string;
  n: number;
  fromAt: string;
  toAt: string;
  request: PlanBasis;
  intervals: PlannedInterval[];
  figures: PlanFigures;
}

/** Plans the assets on what the plans of the others leave. */
export async function planAssets(db: Database, task: PlanTask): Promise<NewPlan[]> {
  const { site, assets, starts, loadWh, startWh, inForce } = task;
  const [first = 0] = starts;
  const end = (starts.at(-1) ?? first) + intervalMs;
  const [prices, signals, numbers] = await Promise.all([
    readPrices(db, site, starts),
    readSignals(db, site.id, first, end),
    lastNumbers(db, assets),
  ]);
  const limits = starts.map((at) => limitsOf(site, signals, at));
  const planned = new Set(assets.map(({ code }) => code));
  const others = site.assets.filter(({ code, state }) => state === 'commissioned' && !planned.has(code));
  const othersWh = starts.map((at) =>
    others.reduce((sum, { code }) => {
      const { chargeWh = 0, dischargeWh = 0 } = inForce(code, at)?.interval ?? {};
      return sum + chargeWh - dischargeWh;
    }, 0),
  );
  const intervals = starts.map((at, index) => {
    const { importLimitW = 0, exportLimitW = 0 } = limits[index] ?? {};
    // The same for all of them: what is asked for of one is asked for of the site.
    const { shaveToW } = task.basis(assets[0]?.code ?? '');
    return {
      loadWh: loadWh[index] ?? 0,
      priceMicro: prices.get(at)?.micro ?? 0,
      importLimitW: Math.min(importLimitW, shaveToW ?? importLimitW),
      exportLimitW,
    };
  });
  const plans = planSite(
    intervals,
    assets.map((store) => ({ asset: store.code, store, startWh: startWh.get(store.code) ?? 0 })),
    othersWh,
  );
  const used = { signals: [...new Set(limits.flatMap((each) => each.signals))].sort((a, b) => a - b), prices };
  return plans.map((plan) => ({
    asset: plan.asset,
    n: (numbers.get(plan.asset) ?? 0) + 1,
    fromAt: new Date(first).toISOString(),
    toAt: new Date(end).toISOString(),
    request: task.basis(plan.asset),
    intervals: intervals.map((interval, at) => {
      const startsAt = starts[at] ?? 0;
      const { chargeWh = 0, dischargeWh = 0, storedWh = 0 } = plan.steps[at] ?? {};
      const period = prices.get(startsAt)?.period ?? 'flat';
      return {
        startsAt: new Date(startsAt).toISOString(),
        chargeWh,
        dischargeWh,
        storedWh,
        othersWh: plan.othersWh[at] ?? 0,
        period,
        ...interval,
      };
    }),
    figures: figuresOf(plan, startWh.get(plan.asset) ?? 0, used),
  }));
}

function figuresOf(
  { steps, outcome }: AssetPlan,
  startWh: number,
  { signals, prices }: { signals: number[]; prices: ReadonlyMap<number, Price> },
): PlanFigures {
  return {
    ...outcome,
    startWh,
    endWh: steps.at(-1)?.storedWh ?? startWh,
    tariffs: [...new Set([...prices.values()].map(({ tariff }) => tariffName(tariff)))],
    signals,
  };
}

async function lastNumbers(db: Database, assets: readonly AssetRow[]): Promise<Map<string, number>> {
  const rows = await db.execute<{ asset: string; n: number }>(sql`
    select a.code as asset, p.n from unnest(${sql.param(assets.map(({ code }) => code))}::text[]) a(code)
      join lateral (select n from ${dispatchPlans} p where p.asset = a.code order by n desc limit 1) p on true`);
  return new Map(rows.map(({ asset, n }) => [asset, n]));
}

/**
 * Parts that store plans when nothing that they depend on has changed since the site was read, and neither has anybody else planned there: `gate…` has a
 * row then. `when`: a further condition.
 */
export function planParts(
  { id, planN }: Pick<DispatchSite, 'id' | 'planN'>,
  plans: readonly NewPlan[],
  { by, now, suffix = '', when = sql`true` }: { by: string; now: number; suffix?: string; when?: SQL },
): Record<string, SQL> {
  const gate = sql.identifier(`gate${suffix}`);
  return {
    [`gate${suffix}`]: sql`
      insert into ${dispatchMarks} as m (site, plan_n) select ${id}, ${planN + 1}::bigint where ${when}
      on conflict (site) do update set plan_n = excluded.plan_n where m.plan_n = excluded.plan_n - 1 returning m.site, m.plan_n`,
    [`made${suffix}`]: sql`
      insert into ${dispatchPlans} (asset, n, site, making, from_at, to_at, request, intervals, figures, made_at, by)
      select p.asset, p.n, g.site, g.plan_n, p."fromAt", p."toAt", p.request, p.intervals, p.figures, ${new Date(now).toISOString()}::timestamptz, ${by}
      from jsonb_to_recordset(${JSON.stringify(plans)}::text::jsonb)
          as p(asset text, n int, "fromAt" timestamptz, "toAt" timestamptz, request jsonb, intervals jsonb, figures jsonb), ${gate} g
      returning *`,
  };
}

const toPlan = ({ fromAt, toAt, madeAt, request, ...same }: PlanRow): DispatchPlan => ({
  ...same,
  id: `${same.asset}.${same.n}`,
  from: fromAt.toISOString(),
  to: toAt.toISOString(),
  basis: request,
  madeAt: madeAt.toISOString(),
});

/** Of rows as the database gives them back. */
export function madePlansOf(rows: readonly Readonly<Record<string, unknown>>[]): MadePlans {
  const plans = rows.map((row) => toPlan(rowOf(dispatchPlans, row)));
  const [first] = plans;
  if (!first)
    throw new ApiError('concurrent-change', 'The site has changed meanwhile. Nothing was planned. Send it again.');
  const moved = first.intervals.map(({ othersWh }, at) => ({
    chargeWh: plans.reduce((sum, { intervals }) => sum + (intervals[at]?.chargeWh ?? 0), Math.max(0, othersWh)),
    dischargeWh: plans.reduce((sum, { intervals }) => sum + (intervals[at]?.dischargeWh ?? 0), Math.max(0, -othersWh)),
  }));
  const { site, making, from, to } = first;
  return { site, making, from, to, figures: siteOutcome(first.intervals, moved), plans };
}

const cursor = cursorCodec('dispatch-plans', z.tuple([z.int(), assetCode]));

/** The last made first. */
export async function listPlans(
  db: Database,
  site: string,
  { asset }: { asset?: string | undefined },
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<PlanSummary>> {
  const after = cursor.decode(page.cursor);
  const rows = await db
    .select()
    .from(dispatchPlans)
    .where(
      and(
        eq(dispatchPlans.site, site),
        asset === undefined ? undefined : eq(dispatchPlans.asset, asset),
        after === null
          ? undefined
          : sql`(${dispatchPlans.making}, ${dispatchPlans.asset}) < (${after[0]}::bigint, ${after[1]})`,
      ),
    )
    .orderBy(desc(dispatchPlans.making), desc(dispatchPlans.asset))
    .limit(page.limit + 1);
  return toPage(rows, page.limit, ({ making, asset: last }) => cursor.encode([making, last]), summaryOf);
}

function summaryOf(row: PlanRow): PlanSummary {
  const { intervals: _, ...summary } = toPlan(row);
  return summary;
}

export async function readPlan(db: Database, site: string, id: string): Promise<DispatchPlan | null> {
  const [asset = '', n] = id.split('.');
  const [row] = await db
    .select()
    .from(dispatchPlans)
    .where(and(eq(dispatchPlans.asset, asset), eq(dispatchPlans.n, Number(n)), eq(dispatchPlans.site, site)));
  return row ? toPlan(row) : null;
}
