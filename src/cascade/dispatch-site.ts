import { and, asc, eq, gt, gte, lt, sql } from 'drizzle-orm';
import type { GridLimits, Signal } from '../../machines/cascade/grid-limits.ts';
import { dispatchMarks, dispatchPlans } from '../../schema/tables/dispatch.ts';
import { gridSignals, secondLifeAssets, secondLifeSites } from '../../schema/tables/second-life.ts';
import { intervalMs, mostIntervals, type PlannedInterval } from '../../schema/wire/cascade/dispatch.ts';
import { ApiError, notFound } from '../api/problem.ts';
import type { Database } from '../db/client.ts';

export type AssetRow = typeof secondLifeAssets.$inferSelect;
export type PlanRow = typeof dispatchPlans.$inferSelect;

/** A site as dispatch sees it. */
export interface DispatchSite extends GridLimits {
  id: string;
  tariffCategory: string;
  controllerKey: string | null;
  /** Its marks, read before all else: what changes afterwards is noticed by them. */
  planN: number;
  readingN: number;
  /** By their codes. */
  assets: AssetRow[];
}

export async function readDispatchSite(db: Database, id: string): Promise<DispatchSite | null> {
  const [row] = await db
    .select({
      id: secondLifeSites.id,
      importLimitW: secondLifeSites.importLimitW,
      exportLimitW: secondLifeSites.exportLimitW,
      tariffCategory: secondLifeSites.tariffCategory,
      controllerKey: secondLifeSites.controllerKey,
      planN: dispatchMarks.planN,
      readingN: dispatchMarks.readingN,
    })
    .from(secondLifeSites)
    .leftJoin(dispatchMarks, eq(dispatchMarks.site, secondLifeSites.id))
    .where(eq(secondLifeSites.id, id));
  if (!row) return null;
  const assets = await db
    .select()
    .from(secondLifeAssets)
    .where(eq(secondLifeAssets.site, id))
    .orderBy(asc(secondLifeAssets.code));
  return { ...row, planN: row.planN ?? 0, readingN: row.readingN ?? 0, assets };
}

/** For a route: a site that is not there is 404. */
export async function needDispatchSite(db: Database, id: string): Promise<DispatchSite> {
  const site = await readDispatchSite(db, id);
  if (site === null) throw notFound('site');
  return site;
}

/** A service key speaks for a site when it is its controller's, or when none is named. */
export function requireController(caller: { role: string; key: string }, { controllerKey }: DispatchSite): void {
  if (caller.role === 'service' && controllerKey !== null && controllerKey !== caller.key)
    throw new ApiError('forbidden', 'Another key speaks for this site.');
}

/** Signals over a span, instants in UTC epoch ms. */
export async function readSignals(db: Database, site: string, from: number, to: number): Promise<Signal[]> {
  const rows = await db
    .select()
    .from(gridSignals)
    .where(and(eq(gridSignals.site, site), gt(gridSignals.toAt, new Date(from)), lt(gridSignals.fromAt, new Date(to))));
  return rows.map(({ id, type, limitW, fromAt, toAt, recordedAt }) => ({
    id,
    type,
    limitW,
    from: fromAt.getTime(),
    to: toAt.getTime(),
    recordedAt: recordedAt.getTime(),
  }));
}

/** Plans that cover something of a span, the older first. */
export function readPlans(db: Database, site: string, from: number, to: number): Promise<PlanRow[]> {
  return db
    .select()
    .from(dispatchPlans)
    .where(
      and(
        eq(dispatchPlans.site, site),
        gte(dispatchPlans.fromAt, new Date(from - reachMs)),
        lt(dispatchPlans.fromAt, new Date(to)),
        gt(dispatchPlans.toAt, new Date(from)),
      ),
    )
    .orderBy(asc(dispatchPlans.making), asc(dispatchPlans.asset));
}

/** From the begin of a plan to the end of what it covers; a plan made anew may have a gap in it. */
const reachMs = 9 * 86_400_000;
/** Plans begin within a week. */
export const aheadMs = reachMs - mostIntervals * intervalMs;

export interface InForce {
  plan: PlanRow;
  interval: PlannedInterval;
}

/** What counts for an asset in a quarter of an hour: the last plan that covers it. */
export function plansInForce(plans: readonly PlanRow[]): (asset: string, startsAt: number) => InForce | null {
  const last = new Map<string, InForce>();
  for (const plan of [...plans].sort((a, b) => a.n - b.n))
    for (const interval of plan.intervals)
      last.set(`${plan.asset} ${Date.parse(interval.startsAt)}`, { plan, interval });
  return (asset, startsAt) => last.get(`${asset} ${startsAt}`) ?? null;
}

export const quarterOf = (at: number): number => Math.floor(at / intervalMs) * intervalMs;
/** What has begun is not planned any more. */
export const nextQuarter = (now: number): number => Math.ceil(now / intervalMs) * intervalMs;

/** Instants of UTC epoch ms, for a condition. */
export const instants = (all: readonly number[]) =>
  sql`${sql.param(all.map((at) => new Date(at).toISOString()))}::text[]::timestamptz[]`;
