import { sql } from 'drizzle-orm';
import { firstDay, startOfDay } from '../../machines/settlement/calendar.ts';
import { batteries } from '../../schema/tables/batteries.ts';
import { batteryHealth, batteryHealthReadings } from '../../schema/tables/battery-health.ts';
import { batteryModels } from '../../schema/tables/battery-models.ts';
import { custody } from '../../schema/tables/custody.ts';
import type { Ageing, OwnedPack, OwnerSummary } from '../../schema/wire/api/owner.ts';
import { packCode } from '../../schema/wire/ids.ts';
import { cursorCodec, type Page, toPage } from '../api/cursor.ts';
import type { Database } from '../db/client.ts';
import { type Figures, figuresOf, type Period, partOf, shareOfTime, useOfPack } from './figures.ts';
import { residualFen, residualPolicy } from './residual.ts';

const cursor = cursorCodec('owned-packs', packCode);

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

/** What the figures count: of these packs, up to the same instant. */
const countedPeriod = ({ asOf, month }: Figures) => ({ from: startOfDay(firstDay(month)), to: asOf.getTime() });

const readPage = (
  db: Database,
  owner: string,
  figures: Figures,
  { after, limit }: { after: string | null; limit: number },
) =>
  db.execute<PackRow>(sql`
    select b.code, b.model, b.status, c.kind, c.place, c.since, u.seconds, u.swaps,
      coalesce(h.soh_pct, b.soh_pct) as soh, h.low_pct as low, h.high_pct as high, m.nominal_wh
    from (
      select * from ${batteries} mine where mine.owner = ${owner} and mine.code > ${after ?? ''} order by mine.code limit ${limit}) b
      left join ${custody} c on c.pack = b.code left join ${batteryHealth} h on h.pack = b.code
      left join ${batteryModels} m on m.id = b.model
      cross join lateral (${useOfPack(countedPeriod(figures))}) u
    order by b.code`);

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

/** By code. The pages add up to the income. */
export async function listOwnedPacks(
  db: Database,
  owner: string,
  period: Period,
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<OwnedPack>> {
  const after = cursor.decode(page.cursor);
  const figures = await figuresOf(db, owner, period);
  const rows = await readPage(db, owner, figures, { after, limit: page.limit + 1 });
  return toPage(
    rows,
    page.limit,
    ({ code }) => cursor.encode(code),
    (row) => toPack(row, figures),
  );
}

const toPack = (row: PackRow, figures: Figures): OwnedPack => ({
  code: row.code,
  model: row.model,
  status: row.status,
  place:
    row.kind === null || row.place === null
      ? null
      : { kind: row.kind, place: row.place, since: new Date(row.since ?? 0).toISOString() },
  utilisation: shareOfTime(row.seconds, countedPeriod(figures)),
  swaps: row.swaps,
  incomeFen: partOf(figures, row),
  sohPct: row.soh,
  sohLowPct: row.low,
  sohHighPct: row.high,
  residual: residualOf(row),
});

export async function readSummary(db: Database, owner: string, period: Period): Promise<OwnerSummary> {
  const { asOf, incomeFen, residualPolicy: policy, totals } = await figuresOf(db, owner, period);
  const { packs, places, statuses, utilisation, swaps, sohPcts, sohPacks, residualFen: fen, residualPacks } = totals;
  const mean = (sum: number, count: number, digits: number) =>
    count === 0 ? null : Number((sum / count).toFixed(digits));
  return {
    owner,
    month: period.month,
    asOf: asOf.toISOString(),
    packs,
    places,
    statuses,
    utilisation: mean(utilisation, packs, 4),
    swaps,
    incomeFen,
    meanSohPct: mean(sohPcts, sohPacks, 1),
    residualFen: fen,
    residualPacks,
    residualPolicyVersion: policy,
  };
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
