import { and, eq, type SQL, sql } from 'drizzle-orm';
import { payableTo } from '../../machines/settlement/accounts.ts';
import { addMonths, beijingMonth, firstDay, startOfDay } from '../../machines/settlement/calendar.ts';
import { batteries } from '../../schema/tables/batteries.ts';
import { batteryHealth } from '../../schema/tables/battery-health.ts';
import { batteryModels } from '../../schema/tables/battery-models.ts';
import { custody, custodyMoves } from '../../schema/tables/custody.ts';
import { transfers } from '../../schema/tables/ledger.ts';
import { ownerMonths } from '../../schema/tables/owner-months.ts';
import type { Database } from '../db/client.ts';
import { rowOf } from '../db/row-of.ts';
import { residualPolicy } from './residual.ts';

/** The figures of all packs of an owner in a month. */
export type Figures = Omit<typeof ownerMonths.$inferSelect, 'madeAt'>;

/** The part of a month that has passed. */
export interface Period {
  month: string;
  from: number;
  to: number;
}

export const iso = (ms: number): string => new Date(ms).toISOString();
const endOf = (month: string): number => startOfDay(firstDay(addMonths(month, 1)));

export function periodOf(month: string | undefined, now: number): Period {
  const of = month ?? beijingMonth(now);
  const from = startOfDay(firstDay(of));
  return { month: of, from, to: Math.max(from, Math.min(now, endOf(of))) };
}

/** An owner of more has its figures kept. */
export const fewPacks = 300;

/** Few packs: counted now. Many: as they were counted last; the first time they are counted and kept. */
export async function figuresOf(db: Database, owner: string, period: Period): Promise<Figures> {
  const [row] = await db.execute<{ many: boolean }>(
    sql`select count(*) > ${fewPacks} as many from (select from ${batteries} b where b.owner = ${owner} limit ${fewPacks + 1}) few`,
  );
  if (!row?.many) return countFigures(db, owner, period);
  const [kept] = await db
    .select()
    .from(ownerMonths)
    .where(and(eq(ownerMonths.owner, owner), eq(ownerMonths.month, period.month)));
  return kept ?? keepFigures(db, owner, period);
}

/** Counts all packs of the owner. */
export const countFigures = async (db: Database, owner: string, period: Period): Promise<Figures> =>
  figuresIn(await db.execute(counting(owner, period)));

/** Counts them and keeps what was counted, unless somebody has kept what was counted later. */
export const keepFigures = async (db: Database, owner: string, period: Period): Promise<Figures> => {
  const columns = sql`owner, month, as_of, income_fen, seconds, last_rest, last_code, residual_policy, totals`;
  const rows = await db.execute(sql`
    with counted as (${counting(owner, period)}),
    kept as (
      insert into ${ownerMonths} as o (${columns}) select ${columns} from counted
      on conflict (owner, month) do update set as_of = excluded.as_of, made_at = now(), income_fen = excluded.income_fen, seconds = excluded.seconds,
        last_rest = excluded.last_rest, last_code = excluded.last_code, residual_policy = excluded.residual_policy, totals = excluded.totals
      where o.as_of <= excluded.as_of)
    select * from counted`);
  return figuresIn(rows);
};

function figuresIn(rows: readonly Record<string, unknown>[]): Figures {
  const [row] = rows;
  if (!row) throw new Error('the packs of an owner were not counted');
  return rowOf(ownerMonths, row);
}

/**
 * How long the pack `b` was in cars in the period, and how often it was fitted: from the last move before the period on, its moves by
 * `custody_moves_occurred`.
 */
export const useOfPack = ({ from, to }: Pick<Period, 'from' | 'to'>): SQL => sql`
  select coalesce(sum(extract(epoch from least(coalesce(v.next, ${iso(to)}::timestamptz), ${iso(to)}::timestamptz)
      - greatest(v.at, ${iso(from)}::timestamptz))) filter (where v.to_kind = 'vehicle'), 0)::float8 as seconds,
    (count(*) filter (where v.to_kind = 'vehicle' and v.at >= ${iso(from)}::timestamptz))::int as swaps
  from (
    select k.to_kind, k.occurred_at as at, lead(k.occurred_at) over (order by k.version) as next from ${custodyMoves} k
    where k.pack = b.code and k.occurred_at < ${iso(to)}::timestamptz and k.occurred_at >= coalesce((
      select max(p.occurred_at) from ${custodyMoves} p where p.pack = b.code and p.occurred_at < ${iso(from)}::timestamptz),
      ${iso(from)}::timestamptz)) v`;

/** What the books hold for the owner of the month: fees less credits, without what was paid out. */
function incomeOf(owner: string, { month, from }: Period): SQL {
  const account = payableTo(owner);
  const within = sql`t.occurred_at >= ${iso(from)}::timestamptz and t.occurred_at < ${iso(endOf(month))}::timestamptz`;
  return sql`
    select coalesce((select sum(t.amount_fen) from ${transfers} t where t.credit = ${account} and ${within}), 0)
      - coalesce((select sum(t.amount_fen) from ${transfers} t where t.debit = ${account} and t.cause <> 'payment' and ${within}), 0) as fen`;
}

/** As residualFen in residual.ts has it: a test holds the one against the other. */
const residualSql = (): SQL => {
  const { newFenPerKwh, recyclingFenPerKwh, endSohPct } = residualPolicy;
  const left = sql`least(1, greatest(0, (p.soh - ${endSohPct}::float8) / (100 - ${endSohPct}::float8)))`;
  return sql`floor(p.nominal_wh / 1000::float8 * (${recyclingFenPerKwh}::float8 + (${newFenPerKwh}::float8 - ${recyclingFenPerKwh}::float8) * ${left}) + 0.5)`;
};

/**
 * One row: the figures. What the service believes of a pack's health goes before what its BMS says. Of the income each pack has its share by the time
 * in cars, cut to whole fen; what is left goes to the largest remainders, the smaller code first, and the last of these is told.
 */
function counting(owner: string, period: Period): SQL {
  const { month, from, to } = period;
  const share =
    to <= from ? sql`0::float8` : sql`floor(least(1, p.seconds * 1000 / ${to - from}::float8) * 10000 + 0.5) / 10000`;
  const by = (what: SQL) => sql`
    (select coalesce(jsonb_object_agg(g.name, g.n), '{}') from (select ${what} as name, count(*) as n from packs p group by 1) g)`;
  const residual = residualSql();
  return sql`
    with income as (${incomeOf(owner, period)}),
    packs as materialized (
      select b.code, b.status, coalesce(c.kind, 'unknown') as kind, u.seconds, u.swaps, coalesce(h.soh_pct, b.soh_pct) as soh, m.nominal_wh
      from ${batteries} b left join ${custody} c on c.pack = b.code left join ${batteryHealth} h on h.pack = b.code
        left join ${batteryModels} m on m.id = b.model
        cross join lateral (${useOfPack(period)}) u
      where b.owner = ${owner}),
    used as (select coalesce(sum(seconds), 0)::float8 as seconds from packs),
    exact as (
      select p.code, i.fen::float8 * p.seconds / u.seconds as fen from packs p, used u, income i where u.seconds > 0),
    left_over as (select (select fen from income) - coalesce(sum(floor(e.fen)), 0)::int8 as fen from exact e),
    last as (
      select e.fen - floor(e.fen) as rest, e.code from exact e
      where (select fen from left_over) > 0
      order by 1 desc, 2 limit 1 offset (select greatest(0, fen - 1)::int8 from left_over))
    select ${owner}::text as owner, ${month}::text as month, ${iso(to)}::timestamptz as as_of, (select fen from income)::int8 as income_fen,
      (select seconds from used) as seconds, (select rest from last) as last_rest, (select code from last) as last_code,
      ${residualPolicy.version}::int as residual_policy,
      (select jsonb_build_object('packs', count(*), 'places', ${by(sql`p.kind`)}, 'statuses', ${by(sql`p.status`)},
        'utilisation', coalesce(sum(${share}), 0), 'swaps', coalesce(sum(p.swaps), 0),
        'sohPcts', coalesce(sum(p.soh), 0), 'sohPacks', count(p.soh),
        'residualFen', coalesce(sum(${residual}) filter (where p.nominal_wh is not null and p.soh is not null and p.status <> 'recycled'), 0),
        'residualPacks', count(*) filter (where p.nominal_wh is not null and p.soh is not null and p.status <> 'recycled')) from packs p) as totals`;
}

/** The part of a pack: all parts of an owner's packs add up to its income. */
export function partOf({ incomeFen, seconds, lastRest, lastCode }: Figures, pack: { code: string; seconds: number }) {
  if (seconds <= 0) return 0;
  const exact = (incomeFen * pack.seconds) / seconds;
  const whole = Math.floor(exact);
  const rest = exact - whole;
  const hasMore =
    lastRest !== null && lastCode !== null && (rest > lastRest || (rest === lastRest && pack.code <= lastCode));
  return whole + (hasMore ? 1 : 0);
}
