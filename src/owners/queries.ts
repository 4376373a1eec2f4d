import { sql } from 'drizzle-orm';
import { payableTo } from '../../machines/settlement/accounts.ts';
import { addMonths, beijingMonth, firstDay, startOfDay } from '../../machines/settlement/calendar.ts';
import { batteries } from '../../schema/tables/batteries.ts';
import { batteryHealth, batteryHealthReadings } from '../../schema/tables/battery-health.ts';
import { batteryModels } from '../../schema/tables/battery-models.ts';
import { custody, custodyMoves } from '../../schema/tables/custody.ts';
import { transfers } from '../../schema/tables/ledger.ts';
import type { Ageing, OwnedPack, OwnerSummary } from '../../schema/wire/api/owner.ts';
import { packCode } from '../../schema/wire/ids.ts';
import { cursorCodec, type Page, toPage } from '../api/cursor.ts';
import type { Database } from '../db/client.ts';
import { residualFen, residualPolicy, shareFen } from './residual.ts';

const cursor = cursorCodec('owned-packs', packCode);
const iso = (ms: number): string => new Date(ms).toISOString();

/** The part of a month that has passed. */
interface Period {
  month: string;
  from: number;
  to: number;
}

export function periodOf(month: string | undefined, now: number): Period {
  const of = month ?? beijingMonth(now);
  const from = startOfDay(firstDay(of));
  return { month: of, from, to: Math.max(from, Math.min(now, startOfDay(firstDay(addMonths(of, 1))))) };
}

interface PackRow extends Record<string, unknown> {
  code: string;
  model: string;
  status: string;
  kind: string | null;
  place: string | null;
  since: string | null;
  seconds: number;
  swaps: number;
  soh: number | null;
  low: number | null;
  high: number | null;
  nominal_wh: number | null;
}

/**
 * Packs of an owner with the time they were in cars: from the last move before the period on, each pack's moves by `custody_moves_occurred`. What
 * the service believes of a pack's health goes before what its BMS says.
 */
const readPacks = (db: Database, owner: string, { from, to }: Period, part = sql``) =>
  db.execute<PackRow>(sql`
    select b.code, b.model, b.status, c.kind, c.place, c.since, coalesce(u.seconds, 0)::float8 as seconds, coalesce(u.swaps, 0)::int as swaps,
      coalesce(h.soh_pct, b.soh_pct) as soh, h.low_pct as low, h.high_pct as high, m.nominal_wh
    from ${batteries} b left join ${custody} c on c.pack = b.code left join ${batteryHealth} h on h.pack = b.code
      left join ${batteryModels} m on m.id = b.model
      left join lateral (
        select sum(extract(epoch from least(coalesce(v.next, ${iso(to)}::timestamptz), ${iso(to)}::timestamptz)
            - greatest(v.at, ${iso(from)}::timestamptz))) filter (where v.to_kind = 'vehicle') as seconds,
          count(*) filter (where v.to_kind = 'vehicle' and v.at >= ${iso(from)}::timestamptz) as swaps
        from (
          select k.to_kind, k.occurred_at as at, lead(k.occurred_at) over (order by k.version) as next from ${custodyMoves} k
          where k.pack = b.code and k.occurred_at < ${iso(to)}::timestamptz and k.occurred_at >= coalesce((
            select max(p.occurred_at) from ${custodyMoves} p where p.pack = b.code and p.occurred_at < ${iso(from)}::timestamptz),
            ${iso(from)}::timestamptz)) v) u on true
    where b.owner = ${owner} ${part} order by b.code`);

const share = (seconds: number, { from, to }: Period): number =>
  to <= from ? 0 : Math.round(Math.min(1, (seconds * 1000) / (to - from)) * 10_000) / 10_000;

function residualOf({ nominal_wh: nominalWh, soh, low, high, status }: PackRow): OwnedPack['residual'] {
  if (nominalWh === null || soh === null || status === 'recycled') return null;
  const [valueFen, lowFen, highFen] = [soh, low ?? soh, high ?? soh].map((pct) => residualFen(nominalWh, pct));
  return {
    valueFen: valueFen ?? 0,
    lowFen: lowFen ?? 0,
    highFen: highFen ?? 0,
    policyVersion: residualPolicy.version,
  };
}

/** What the books hold for the owner of the period: fees less credits, without what was paid out. */
async function incomeFen(db: Database, owner: string, { month, from }: Period): Promise<number> {
  const account = payableTo(owner);
  const until = startOfDay(firstDay(addMonths(month, 1)));
  const within = sql`t.occurred_at >= ${iso(from)}::timestamptz and t.occurred_at < ${iso(until)}::timestamptz`;
  const [row] = await db.execute<{ fen: number }>(sql`
    select (coalesce((select sum(t.amount_fen) from ${transfers} t where t.credit = ${account} and ${within}), 0)
      - coalesce((select sum(t.amount_fen) from ${transfers} t where t.debit = ${account} and t.cause <> 'payment' and ${within}), 0))::float8 as fen`);
  return row?.fen ?? 0;
}

/** By code. Each pack's part of the income is of all packs of the owner, so that the pages add up to it. */
export async function listOwnedPacks(
  db: Database,
  owner: string,
  period: Period,
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<OwnedPack>> {
  const after = cursor.decode(page.cursor);
  const [all, income] = await Promise.all([readPacks(db, owner, period), incomeFen(db, owner, period)]);
  const parts = shareFen(
    income,
    all.map(({ seconds }) => seconds),
  );
  const rows = all
    .map((row, at) => ({ row, income: parts[at] ?? 0 }))
    .filter(({ row }) => after === null || row.code > after)
    .slice(0, page.limit + 1);
  return toPage(
    rows,
    page.limit,
    ({ row }) => cursor.encode(row.code),
    ({ row, income }) => toPack(row, income, period),
  );
}

const toPack = (row: PackRow, income: number, period: Period): OwnedPack => ({
  code: row.code,
  model: row.model,
  status: row.status,
  place:
    row.kind === null || row.place === null
      ? null
      : { kind: row.kind, place: row.place, since: new Date(row.since ?? 0).toISOString() },
  utilisation: share(row.seconds, period),
  swaps: row.swaps,
  incomeFen: income,
  sohPct: row.soh,
  sohLowPct: row.low,
  sohHighPct: row.high,
  residual: residualOf(row),
});

export async function readSummary(db: Database, owner: string, period: Period): Promise<OwnerSummary> {
  const [rows, income] = await Promise.all([readPacks(db, owner, period), incomeFen(db, owner, period)]);
  const known = rows.flatMap(({ soh }) => soh ?? []);
  const values = rows.flatMap((row) => residualOf(row)?.valueFen ?? []);
  const mean = (list: readonly number[], digits: number) =>
    list.length === 0 ? null : Number((list.reduce((sum, each) => sum + each, 0) / list.length).toFixed(digits));
  return {
    owner,
    month: period.month,
    packs: rows.length,
    places: countBy(rows.map(({ kind }) => kind ?? 'unknown')),
    statuses: countBy(rows.map(({ status }) => status)),
    utilisation: mean(
      rows.map(({ seconds }) => share(seconds, period)),
      4,
    ),
    swaps: rows.reduce((sum, { swaps }) => sum + swaps, 0),
    incomeFen: income,
    meanSohPct: mean(known, 1),
    residualFen: values.reduce((sum, value) => sum + value, 0),
    residualPacks: values.length,
    residualPolicyVersion: residualPolicy.version,
  };
}

function countBy(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

const mostPoints = 2_000;

/** Null: no pack of this owner. */
export async function readAgeing(db: Database, owner: string, code: string): Promise<Ageing | null> {
  const [pack] = await db.execute(sql`select from ${batteries} b where b.code = ${code} and b.owner = ${owner}`);
  if (!pack) return null;
  const rows = await db.execute<{ at: string; soh: number; low: number | null; high: number | null }>(sql`
    select r.ended_at as at, r.soh_pct as soh, r.low_pct as low, r.high_pct as high from ${batteryHealthReadings} r
    where r.pack = ${code} and r.soh_pct is not null order by r.n desc limit ${mostPoints}`);
  const points = rows.map(({ at, soh, low, high }) => ({
    at: new Date(at).toISOString(),
    sohPct: soh,
    lowPct: low,
    highPct: high,
  }));
  return { code, points: points.reverse() };
}
