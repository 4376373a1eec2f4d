import { and, desc, eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import { assetEvents, recyclings, secondLifeAssets } from '../../schema/tables/second-life.ts';
import type { NewRecycling, Recycling } from '../../schema/wire/api/second-life.ts';
import { packCode } from '../../schema/wire/ids.ts';
import { cursorCodec, cursorInstant, type Page, toPage } from '../api/cursor.ts';
import { ApiError } from '../api/problem.ts';
import type { Tenant } from '../api/tenancy.ts';
import type { Database } from '../db/client.ts';
import { rowOf } from '../db/row-of.ts';
import { type Statement, statement } from '../db/statement.ts';
import { bad } from './asset-rules.ts';
import { type FoundAsset, toAsset } from './assets.ts';
import { awayParts, statusPart } from './pack-away.ts';
import { isFuture, ofOwnPack, ofOwnPacks, packUnchanged, type RetiredPack } from './retired-pack.ts';

const cursor = cursorCodec('recyclings', z.tuple([cursorInstant, packCode]));

/** The last recorded first. */
export async function listRecyclings(
  db: Database,
  caller: Tenant,
  { recycler }: { recycler?: string | undefined },
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<Recycling>> {
  const after = cursor.decode(page.cursor);
  const own = await ofOwnPacks(db, caller);
  const rows = await db
    .select()
    .from(recyclings)
    .where(
      and(
        own(recyclings.pack),
        recycler === undefined ? undefined : eq(recyclings.recycler, `recycler/${recycler}`),
        after === null
          ? undefined
          : sql`(${recyclings.recordedAt}, ${recyclings.pack}) < (${after[0]}::timestamptz, ${after[1]})`,
      ),
    )
    .orderBy(desc(recyclings.recordedAt), desc(recyclings.pack))
    .limit(page.limit + 1);
  return toPage(rows, page.limit, (row) => cursor.encode([row.recordedAt.toISOString(), row.pack]), toRecycling);
}

export async function readRecycling(db: Database, caller: Tenant, pack: string): Promise<Recycling | null> {
  const [row] = await db
    .select()
    .from(recyclings)
    .where(and(eq(recyclings.pack, pack), ofOwnPack(caller, recyclings.pack)));
  return row ? toRecycling(row) : null;
}

/** What a receipt of a recycler was given for; null: nothing yet. */
export async function receiptOf(db: Database, { recycler, receiptNumber }: NewRecycling): Promise<Recycling | null> {
  const [row] = await db
    .select()
    .from(recyclings)
    .where(and(eq(recyclings.recycler, `recycler/${recycler}`), eq(recyclings.receiptNumber, receiptNumber)));
  return row ? toRecycling(row) : null;
}

/** Why the pack is not for the recycler now; null: it is. */
export function recyclingRefusal(pack: RetiredPack, asset: FoundAsset | null): string | null {
  const { status, kind, place, grading, thermalEvents } = pack;
  if (status === 'recycled') return 'The pack has been handed to a recycler already.';
  if (asset !== null && asset.asset.state !== 'endOfLife')
    return `Its asset ${asset.asset.code} is ${asset.asset.state}: end its life first (act endLife).`;
  if (asset === null && status !== 'retired')
    return `The pack is ${status}: only one that is retired is handed to a recycler.`;
  if (!away.has(kind))
    return `The pack is at ${place}: take it out first, and record where to (POST /api/v1/movements).`;
  if (asset !== null || thermalEvents > 0 || grading?.grade === 'recycle') return null;
  return grading === null
    ? 'The pack has not been graded: only one that is graded recycle, or had a thermal event, is handed over without a second life.'
    : `The pack is graded ${grading.grade}: only one that is graded recycle is handed over without a second life.`;
}

const away = new Set(['truck', 'workshop', 'delivery', 'secondLifeSite', 'recycler']);

/** Within these parts of what its model weighs a weight is believed: a pack may have lost its lid, and a scale is tared. */
const plausible = { least: 0.2, most: 2 };

/** @throws 422 where the weight or the time cannot be. */
export function requirePlausible(pack: RetiredPack, { weightKg, handedOverAt }: NewRecycling, now: number): void {
  const { massKg, since, place } = pack;
  const part = massKg === null ? 1 : weightKg / massKg;
  if (part < plausible.least || part > plausible.most)
    throw bad('/weightKg', `is not the weight of this pack: its model weighs ${massKg} kg`);
  if (handedOverAt === undefined) return;
  if (isFuture(handedOverAt, now)) throw bad('/handedOverAt', 'lies in the future');
  if (Date.parse(handedOverAt) < since.getTime())
    throw bad('/handedOverAt', `is before the pack came to ${place} (${since.toISOString()})`);
}

/**
 * One statement: the hand-over, the end of the pack and of its asset, its way to the recycler. The life of the pack and the clock of its report
 * follow in the same commit. Of two at once one finds the pack changed, and nothing is written.
 */
export function recycle(
  pack: RetiredPack,
  found: FoundAsset | null,
  body: NewRecycling,
  { by, now }: { by: string; now: number },
): Statement<Record<string, unknown>> {
  const place = `recycler/${body.recycler}`;
  const at = new Date(body.handedOverAt ?? now).toISOString();
  const { weightKg, receiptNumber, reason } = body;
  const asset = found?.asset ?? null;
  const told = { recycler: body.recycler, weightKg, receiptNumber, reason };
  return statement<Record<string, unknown>>({
    parts: {
      ...packUnchanged(pack),
      ended: sql`
        update ${secondLifeAssets} a set state = 'recycled', event_n = a.event_n + 1, edition = a.edition + 1, changed_by = ${by}
        from same where a.pack = same.code and a.state = 'endOfLife' and a.edition = ${asset?.edition ?? 0} returning a.code, a.event_n`,
      event: sql`
        insert into ${assetEvents} (asset, n, type, body, by, occurred_at)
        select code, event_n, 'recycled', ${JSON.stringify(told)}::text::jsonb, ${by}, ${at}::timestamptz from ended`,
      agreed: sql`
        select same.code from same where (select count(*) from ended) = ${asset === null ? 0 : 1}
          and (${asset !== null} or not exists (select from ${secondLifeAssets} a where a.pack = same.code))`,
      known: statusPart('recycled', { by, reason }),
      ...awayParts({ to: { kind: 'recycler', place }, by, reason, at }),
      made: sql`
        insert into ${recyclings} (pack, asset, recycler, weight_kg, receipt_number, handed_over_at, reason, by)
        select known.code, ${asset?.code ?? null}::text, ${place}, ${weightKg}::float8, ${receiptNumber}, ${at}::timestamptz, ${reason}, ${by}
        from known returning *`,
    },
    result: sql`select * from made`,
  });
}

export const recyclingOf = (row: Readonly<Record<string, unknown>>): Recycling => toRecycling(rowOf(recyclings, row));

const toRecycling = ({ recycler, handedOverAt, recordedAt, ...same }: typeof recyclings.$inferSelect): Recycling => ({
  ...same,
  recycler: recycler.replace(/^recycler\//, ''),
  handedOverAt: handedOverAt.toISOString(),
  recordedAt: recordedAt.toISOString(),
});

/** The pack as a refusal shows it. */
export const shownPack = (
  { code, status, place, edition, grading }: RetiredPack,
  asset: FoundAsset | null,
): object => ({
  pack: code,
  status,
  place,
  edition,
  grade: grading?.grade ?? null,
  asset: asset && toAsset(asset),
});

export const refusedHandOver = (detail: string, current: object | null): ApiError =>
  new ApiError('change-refused', detail, { current });
