import { type Placeholder, type SQL, sql } from 'drizzle-orm';
import type { SwapStatistics, TimeSpread } from '../../schema/wire/api/swap-statistics.ts';
import type { Database } from '../db/client.ts';
import { prepared } from '../db/prepared.ts';

const hourMs = 3_600_000;
/** Beijing's clock, all year. */
const offsetMs = 8 * hourMs;
/** So many swaps have their steps read at most: a station's month, or a share of each hour of the network. */
const sampleSize = 10_000;

interface Span {
  from: Date;
  to: Date;
  /** Null: all. */
  stations: readonly string[] | null;
}

/** What of the statistics is measured; who asks and what for is added by the route. */
export type Measured = Omit<SwapStatistics, 'from' | 'to' | 'station'>;

/**
 * How swaps went. Counted are all, by index; times are those of a sample of each hour, which is all of them for a station. Percentiles are
 * PostgreSQL's. See docs/performance.md for what it costs.
 */
export async function readSwapStatistics(db: Database, { from, to, stations }: Span): Promise<Measured> {
  const hours = Math.max(1, Math.ceil((to.getTime() - from.getTime()) / hourMs));
  const perHour = Math.max(1, Math.ceil(sampleSize / (hours * Math.max(1, stations?.length ?? 1))));
  const of = { from: from.toISOString(), to: to.toISOString(), stations, perHour };
  const [byHour, swapRows, stepRows] = await Promise.all([
    selectHours(db, of),
    selectSwaps(db, of),
    selectSteps(db, of),
  ]);
  const counted = new Map(byHour.map((row) => [row.hour, row]));
  const all = swapRows.find(({ day }) => day === null);
  const robotMs = stepRows.reduce(
    (sum, { day, track, per_swap_ms }) => sum + (day === null && track === 'robot' ? per_swap_ms : 0),
    0,
  );
  const swapTime = toSpread(all ?? null);
  return {
    ...sumOf(byHour),
    sampled: all?.sampled ?? 0,
    firstTime: firstTimeOf(all),
    swapTime,
    days: swapRows.flatMap((row) => {
      if (row.day === null) return [];
      const hoursOfDay = byHour.filter(({ hour }) => dayOf(hour) === row.day);
      return { day: row.day, ...sumOf(hoursOfDay), firstTime: firstTimeOf(row), swapTime: toSpread(row) };
    }),
    hours: hoursOf(from, to).map((hour) => {
      const { total = 0, completed = 0 } = counted.get(hour) ?? {};
      return { hour, total, completed };
    }),
    steps: stepsOf(stepRows),
    waitPerSwapMs: swapTime === null ? null : Math.max(0, Math.round(swapTime.meanMs - robotMs)),
  };
}

interface Request {
  from: string;
  to: string;
  stations: readonly string[] | null;
  perHour: number;
}

interface HourRow extends Record<string, unknown> {
  hour: string;
  total: number;
  completed: number;
}

const among = (column: SQL, stations: Placeholder | null): SQL =>
  stations === null ? sql`true` : sql`${column} = any(${stations}::text[])`;

/** All by the index over time (of a station), and without its rows; the few that are not completed by the index over those. */
const selectHours = prepared<Request>()(
  ({ from, to, stations }) => sql<HourRow>`
    with counted as (
      select date_trunc('hour', s.in_position_at, 'UTC') as hour, count(*)::int as total from swaps s
      where s.in_position_at >= ${from}::timestamptz and s.in_position_at < ${to}::timestamptz and ${among(sql`s.station`, stations)} group by 1),
    others as (
      select date_trunc('hour', s.in_position_at, 'UTC') as hour, count(*)::int as n from swaps s
      where s.state <> 'completed' and s.state in ('requested', 'running', 'rolled-back', 'refused', 'needs-person')
        and s.in_position_at >= ${from}::timestamptz and s.in_position_at < ${to}::timestamptz and ${among(sql`s.station`, stations)} group by 1)
    select to_char(c.hour at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as hour, c.total, c.total - coalesce(o.n, 0) as completed
    from counted c left join others o on o.hour = c.hour order by c.hour`,
);

/** The first swaps of each hour (at each of the stations), by `swaps_by_time` or `swaps_by_station`. */
const chosen = ({
  from,
  to,
  stations,
  perHour,
}: {
  from: Placeholder;
  to: Placeholder;
  stations: Placeholder | null;
  perHour: Placeholder;
}) => sql`
  select s.*, to_char(s.in_position_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD') as day
  from generate_series(date_trunc('hour', ${from}::timestamptz, 'UTC'), ${to}::timestamptz, interval '1 hour') as h(hour)
    ${stations === null ? sql`` : sql`cross join unnest(${stations}::text[]) as at(station)`}
    cross join lateral (
      select w.id, w.state, w.swap_time_ms, w.in_position_at from swaps w
      where w.in_position_at >= greatest(h.hour, ${from}::timestamptz) and w.in_position_at < least(h.hour + interval '1 hour', ${to}::timestamptz)
        ${stations === null ? sql`` : sql`and w.station = at.station`}
      order by w.in_position_at, w.id limit ${perHour}::int) s`;

/** Steps of one swap by their key, however many the planner thinks there are. */
const stepsOfSwap = sql`(select p.* from swap_steps p where p.swap = c.id offset 0) p`;

interface SpreadRow extends Record<string, unknown> {
  n: number;
  spread: readonly number[] | null;
  mean_ms: number | null;
}

interface SwapRow extends SpreadRow {
  /** Null: of all days. */
  day: string | null;
  sampled: number;
  begun: number;
  right_first: number;
}

const spreadOf = (ms: SQL, counts: SQL): SQL => sql`
  count(${ms}) filter (where ${counts})::int as n, avg(${ms}) filter (where ${counts})::float8 as mean_ms,
  to_json(percentile_cont(array[0.05, 0.25, 0.5, 0.75, 0.95]) within group (order by ${ms}) filter (where ${counts})) as spread`;

const selectSwaps = prepared<Request>()(
  (of) => sql<SwapRow>`
    with c as materialized (${chosen(of)})
    select c.day, count(*)::int as sampled, ${spreadOf(sql`c.swap_time_ms`, sql`c.state = 'completed'`)},
      count(*) filter (where c.state in ('completed', 'rolled-back', 'needs-person'))::int as begun,
      count(*) filter (where c.state = 'completed' and r.at_once)::int as right_first
    from c cross join lateral (
      select coalesce(bool_and(p.attempt = 1 and p.result = 'completed'), false) as at_once from swap_steps p where p.swap = c.id offset 0) r
    group by grouping sets ((), (c.day)) having count(*) > 0 order by c.day`,
);

interface StepRow extends SpreadRow {
  day: string | null;
  step: string;
  track: 'robot' | 'shuttle';
  budget_ms: number;
  attempts: number;
  not_first: number;
  failed: number;
  over: number;
  per_swap_ms: number;
  place: number;
}

const selectSteps = prepared<Request>()(
  (of) => sql<StepRow>`
    with c as materialized (${chosen(of)}), whole as (select count(*) as n from c where c.state = 'completed')
    select c.day, p.step, p.track, mode() within group (order by p.budget_ms)::int as budget_ms, count(*)::int as attempts,
      count(*) filter (where p.attempt > 1)::int as not_first,
      count(*) filter (where p.result not in ('completed', 'running'))::int as failed,
      count(*) filter (where p.result = 'completed' and p.actual_ms > p.budget_ms)::int as over,
      coalesce(sum(p.actual_ms) filter (where c.state = 'completed') / nullif((select n from whole), 0), 0)::float8 as per_swap_ms,
      avg(p.ordinal)::float8 as place, ${spreadOf(sql`p.actual_ms`, sql`p.result = 'completed'`)}
    from c cross join lateral ${stepsOfSwap}
    group by grouping sets ((p.step, p.track), (p.step, p.track, c.day)) order by c.day`,
);

function toSpread(row: SpreadRow | null): TimeSpread | null {
  if (row === null || row.spread === null || row.n === 0) return null;
  const [p5Ms = 0, p25Ms = 0, p50Ms = 0, p75Ms = 0, p95Ms = 0] = row.spread.map(Math.round);
  return { n: row.n, p5Ms, p25Ms, p50Ms, p75Ms, p95Ms, meanMs: Math.round(row.mean_ms ?? 0) };
}

const firstTimeOf = (row: SwapRow | undefined) => ({ of: row?.begun ?? 0, right: row?.right_first ?? 0 });

const sumOf = (rows: readonly HourRow[]) => ({
  total: rows.reduce((sum, { total }) => sum + total, 0),
  completed: rows.reduce((sum, { completed }) => sum + completed, 0),
});

const dayOf = (hour: string): string => new Date(Date.parse(hour) + offsetMs).toISOString().slice(0, 10);

function hoursOf(from: Date, to: Date): string[] {
  const first = Math.floor(from.getTime() / hourMs) * hourMs;
  const count = Math.max(0, Math.ceil((to.getTime() - first) / hourMs));
  return Array.from({ length: count }, (_, at) => new Date(first + at * hourMs).toISOString());
}

function stepsOf(rows: readonly StepRow[]): SwapStatistics['steps'] {
  return rows
    .filter(({ day }) => day === null)
    .toSorted((a, b) => a.place - b.place)
    .map((row) => ({
      step: row.step as SwapStatistics['steps'][number]['step'],
      track: row.track,
      budgetMs: row.budget_ms,
      attempts: row.attempts,
      notFirst: row.not_first,
      failed: row.failed,
      overBudget: row.over,
      perSwapMs: Math.round(row.per_swap_ms),
      time: toSpread(row),
      days: rows.flatMap((other) => {
        if (other.day === null || other.step !== row.step || other.track !== row.track) return [];
        const spread = toSpread(other);
        return spread === null ? [] : { day: other.day, ...spread };
      }),
    }));
}
