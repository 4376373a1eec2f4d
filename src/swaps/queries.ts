import { and, desc, eq, gte, inArray, lt, ne, sql } from 'drizzle-orm';
import { z } from 'zod';
import { swapSteps, swaps } from '../../schema/tables/swaps.ts';
import type { Swap, SwapStep } from '../../schema/wire/api/swap.ts';
import { swapId } from '../../schema/wire/ids.ts';
import { cursorCodec, cursorInstant, type Page, toPage } from '../api/cursor.ts';
import { ofStations, type Scope } from '../api/scope.ts';
import type { Database } from '../db/client.ts';
import { prepared, query } from '../db/prepared.ts';

type SwapRow = typeof swaps.$inferSelect;

export interface SwapFilter {
  station?: string | undefined;
  state?: SwapRow['state'] | undefined;
  vehicle?: string | undefined;
  pack?: string | undefined;
  /** Half open, [from, to), by the moment the car stood in position. */
  from?: string | undefined;
  to?: string | undefined;
}

const openStates: SwapRow['state'][] = ['requested', 'running', 'needs-person'];
const cursor = cursorCodec('swaps', z.tuple([cursorInstant, swapId]));

/** Newest first. Walks `swaps_by_station`, `swaps_by_vehicle`, `swaps_not_completed` or `swaps_by_time`. */
export async function listSwaps(
  db: Database,
  scope: Scope,
  filter: SwapFilter,
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<Swap>> {
  const after = cursor.decode(page.cursor);
  const rows = await selectPage(db, {
    scope,
    filter,
    notCompleted: filter.state !== undefined && filter.state !== 'completed',
    after: after && { at: after[0], id: after[1] },
    limit: page.limit + 1,
  });
  return toPage(rows, page.limit, (row) => cursor.encode([row.inPositionAt.toISOString(), row.id]), toSwap);
}

interface PageRequest {
  scope: Scope;
  filter: SwapFilter;
  notCompleted: boolean;
  after: { at: string; id: string } | null;
  limit: number;
}

const selectPage = prepared<PageRequest>()(({ scope, filter, notCompleted, after, limit }) =>
  query
    .select()
    .from(swaps)
    .where(
      and(
        ofStations(swaps.station, scope),
        scope.fleet === null ? undefined : eq(swaps.fleet, scope.fleet),
        filter.station === undefined ? undefined : eq(swaps.station, filter.station),
        filter.vehicle === undefined ? undefined : eq(swaps.vin, filter.vehicle),
        filter.state === undefined ? undefined : eq(swaps.state, filter.state),
        // Said again in the words of the partial index, so that the planner may use it.
        notCompleted ? ne(swaps.state, sql`'completed'`) : undefined,
        // A pack's swaps are those of its moves: by the moves' key, and then the swaps' own.
        filter.pack === undefined
          ? undefined
          : sql`${swaps.id} = any(array(select m.swap from custody_moves m where m.pack = ${filter.pack} and m.swap is not null))`,
        filter.from === undefined ? undefined : gte(swaps.inPositionAt, filter.from),
        filter.to === undefined ? undefined : lt(swaps.inPositionAt, filter.to),
        after === null
          ? undefined
          : sql`(${swaps.inPositionAt}, ${swaps.id}) < (${after.at}::timestamptz, ${after.id})`,
      ),
    )
    .orderBy(desc(swaps.inPositionAt), desc(swaps.id))
    .limit(limit),
);

/** Tells a fleet's swaps under way at a station from others; null for a caller who sees all. */
export async function fleetsOwn(
  db: Database,
  { fleet }: Scope,
  station: string,
): Promise<((swap: string) => boolean) | null> {
  if (fleet === null) return null;
  const rows = await db
    .select({ id: swaps.id })
    .from(swaps)
    .where(
      and(
        eq(swaps.fleet, fleet),
        eq(swaps.station, station),
        inArray(swaps.state, openStates),
        ne(swaps.state, sql`'completed'`),
      ),
    );
  const own = new Set(rows.map(({ id }) => id));
  return (swap) => own.has(swap);
}

/** A swap with its timeline, or null. One statement, so that both are of the same moment. */
export async function readSwap(db: Database, id: string): Promise<(Swap & { steps: SwapStep[] }) | null> {
  const [row] = await selectOne(db, { id });
  return row ? { ...toSwap(row.swap), steps: row.steps.map(toStep) } : null;
}

/** Its steps within the one row: joined, the whole swap would come with each of them. */
const stepsOfSwap = sql<
  SwapStep[]
>`coalesce((select json_agg(json_build_object('ordinal', step.ordinal, 'step', step.step, 'track', step.track,
  'attempt', step.attempt, 'budgetMs', step.budget_ms, 'actualMs', step.actual_ms, 'result', step.result, 'reason', step.reason,
  'commandId', step.command_id, 'startedAt', step.started_at, 'endedAt', step.ended_at) order by step.ordinal)
  from ${swapSteps} step where step.swap = ${swaps.id}), '[]')`;

const selectOne = prepared<{ id: string }>()(({ id }) =>
  query.select({ swap: swaps, steps: stepsOfSwap }).from(swaps).where(eq(swaps.id, id)),
);

export function toSwap(row: SwapRow): Swap {
  const { vin, enteredAt, inPositionAt, releasedAt, leftAt, endedAt, ...same } = row;
  return {
    ...same,
    vehicle: vin,
    enteredAt: enteredAt?.toISOString() ?? null,
    inPositionAt: inPositionAt.toISOString(),
    releasedAt: releasedAt?.toISOString() ?? null,
    leftAt: leftAt?.toISOString() ?? null,
    endedAt: endedAt?.toISOString() ?? null,
  };
}

/** The database writes instants in its own manner, in JSON too. */
const toStep = (step: SwapStep): SwapStep => ({
  ...step,
  startedAt: new Date(step.startedAt).toISOString(),
  endedAt: step.endedAt === null ? null : new Date(step.endedAt).toISOString(),
});
