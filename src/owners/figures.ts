import { and, eq, lte, type SQL, sql } from 'drizzle-orm';
import { payableTo } from '../../machines/settlement/accounts.ts';
import { addMonths, beijingMonth, firstDay, startOfDay } from '../../machines/settlement/calendar.ts';
import { batteries } from '../../schema/tables/batteries.ts';
import { batteryHealth } from '../../schema/tables/battery-health.ts';
import { batteryModels } from '../../schema/tables/battery-models.ts';
import { custody, custodyMoves } from '../../schema/tables/custody.ts';
import { transfers } from '../../schema/tables/ledger.ts';
import { type OwnedTotals, ownerMonths } from '../../schema/tables/owner-months.ts';
import type { Database } from '../db/client.ts';
import { residualFen, residualPolicy } from './residual.ts';

/** The figures of all packs of an owner in a month. */
export type Figures = Omit<typeof ownerMonths.$inferSelect, 'madeAt'>;

/** The part of a month that has passed. */
export interface Period {
  month: string;
  from: number;
  to: number;
}

const iso = (ms: number): string => new Date(ms).toISOString();
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

/** Packs that are read by one statement: an owner of many is counted in steps, each of which takes a few dozen milliseconds. */
const packsAtOnce = 2_000;

interface CountedPack extends Record<string, unknown> {
  code: string;
  status: string;
  kind: string;
  seconds: number;
  swaps: number;
  soh: number | null;
  nominal_wh: number | null;
}

/** What the service believes of a pack's health goes before what its BMS says. */
const readCounted = (db: Database, owner: string, period: Period, after: string) =>
  db.execute<CountedPack>(sql`
    select b.code, b.status, coalesce(c.kind, 'unknown') as kind, u.seconds, u.swaps, coalesce(h.soh_pct, b.soh_pct) as soh, m.nominal_wh
    from (
      select * from ${batteries} mine where mine.owner = ${owner} and mine.code > ${after} order by mine.code limit ${packsAtOnce}) b
      left join ${custody} c on c.pack = b.code left join ${batteryHealth} h on h.pack = b.code
      left join ${batteryModels} m on m.id = b.model
      cross join lateral (${useOfPack(period)}) u
    order by b.code`);

/** Counts all packs of the owner. */
export async function countFigures(db: Database, owner: string, period: Period): Promise<Figures> {
  const incomeFen = await incomeOf(db, owner, period);
  const codes: string[] = [];
  const seconds: number[] = [];
  const totals: OwnedTotals = {
    packs: 0,
    places: {},
    statuses: {},
    utilisation: 0,
    swaps: 0,
    sohPcts: 0,
    sohPacks: 0,
    residualFen: 0,
    residualPacks: 0,
  };
  for (;;) {
    const rows = await readCounted(db, owner, period, codes.at(-1) ?? '');
    for (const row of rows) {
      codes.push(row.code);
      seconds.push(row.seconds);
      addTo(totals, row, period);
    }
    if (rows.length < packsAtOnce) break;
  }
  const all = seconds.reduce((sum, each) => sum + each, 0);
  return {
    owner,
    month: period.month,
    asOf: new Date(period.to),
    incomeFen,
    seconds: all,
    ...lastOf(incomeFen, all, codes, seconds),
    residualPolicy: residualPolicy.version,
    totals,
  };
}

const count = (counts: Record<string, number>, name: string): void => {
  counts[name] = (counts[name] ?? 0) + 1;
};

function addTo(
  totals: OwnedTotals,
  { kind, status, seconds, swaps, soh, nominal_wh: nominalWh }: CountedPack,
  period: Period,
) {
  totals.packs += 1;
  count(totals.places, kind);
  count(totals.statuses, status);
  totals.utilisation += shareOfTime(seconds, period);
  totals.swaps += swaps;
  if (soh === null) return;
  totals.sohPcts += soh;
  totals.sohPacks += 1;
  if (nominalWh === null || status === 'recycled') return;
  totals.residualFen += residualFen(nominalWh, soh);
  totals.residualPacks += 1;
}

/** Share of the period that a pack was in cars. */
export const shareOfTime = (seconds: number, { from, to }: Pick<Period, 'from' | 'to'>): number =>
  to <= from ? 0 : Math.round(Math.min(1, (seconds * 1000) / (to - from)) * 10_000) / 10_000;

/**
 * Of the income each pack has its share by the time in cars, cut to whole fen; what is left goes to the largest remainders, the smaller code first. The
 * last pack that gets one says for every other whether it does.
 */
function lastOf(incomeFen: number, all: number, codes: readonly string[], seconds: readonly number[]) {
  const nobody = { lastRest: null, lastCode: null };
  if (all <= 0) return nobody;
  const rests = new Float64Array(seconds.length);
  let left = incomeFen;
  for (const [at, each] of seconds.entries()) {
    const exact = (incomeFen * each) / all;
    rests[at] = exact - Math.floor(exact);
    left -= Math.floor(exact);
  }
  if (left <= 0) return nobody;
  const lastRest = rests.toSorted().at(-left) ?? 0;
  let more = left - rests.reduce((above, rest) => above + (rest > lastRest ? 1 : 0), 0);
  const at = rests.findIndex((rest) => {
    if (rest === lastRest) more -= 1;
    return rest === lastRest && more === 0;
  });
  return { lastRest, lastCode: codes[at] ?? null };
}

/** Counts them and keeps what was counted, unless somebody has kept what was counted later. */
export async function keepFigures(db: Database, owner: string, period: Period): Promise<Figures> {
  const figures = await countFigures(db, owner, period);
  await db
    .insert(ownerMonths)
    .values(figures)
    .onConflictDoUpdate({
      target: [ownerMonths.owner, ownerMonths.month],
      set: { ...figures, madeAt: sql`now()` },
      setWhere: lte(ownerMonths.asOf, figures.asOf),
    });
  return figures;
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
async function incomeOf(db: Database, owner: string, { month, from }: Period): Promise<number> {
  const account = payableTo(owner);
  const within = sql`t.occurred_at >= ${iso(from)}::timestamptz and t.occurred_at < ${iso(endOf(month))}::timestamptz`;
  const [row] = await db.execute<{ fen: number }>(sql`
    select (coalesce((select sum(t.amount_fen) from ${transfers} t where t.credit = ${account} and ${within}), 0)
      - coalesce((select sum(t.amount_fen) from ${transfers} t where t.debit = ${account} and t.cause <> 'payment' and ${within}), 0))::float8 as fen`);
  return row?.fen ?? 0;
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
