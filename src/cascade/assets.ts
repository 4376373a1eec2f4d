import { and, asc, desc, eq, gt, lt, sql } from 'drizzle-orm';
import { z } from 'zod';
import { actsIn } from '../../machines/cascade/asset-life.ts';
import { batteries } from '../../schema/tables/batteries.ts';
import { gradings } from '../../schema/tables/gradings.ts';
import { assetEvents, secondLifeAssets } from '../../schema/tables/second-life.ts';
import { type Asset, type AssetEvent, assetCode } from '../../schema/wire/api/second-life.ts';
import type { AssetState } from '../../schema/wire/cascade/asset.ts';
import type { AssetFunction, Grade } from '../../schema/wire/cascade/grading.ts';
import { cursorCodec, type Page, toPage } from '../api/cursor.ts';
import type { Tenant } from '../api/tenancy.ts';
import type { Database } from '../db/client.ts';
import { rowOf } from '../db/row-of.ts';
import { ofOwnPack, ofOwnPacks } from './retired-pack.ts';

export type AssetRow = typeof secondLifeAssets.$inferSelect;

/** An asset, and what of its pack and its grading is shown with it. */
export interface FoundAsset {
  asset: AssetRow;
  owner: string | null;
  grade: Grade;
}

const cursor = cursorCodec('second-life-assets', assetCode);
const eventCursor = cursorCodec('second-life-events', z.tuple([assetCode, z.int().min(1)]));

export interface AssetFilter {
  site?: string | undefined;
  pack?: string | undefined;
  state?: AssetState | undefined;
  function?: AssetFunction | undefined;
}

const select = (db: Database) =>
  db
    .select({ asset: secondLifeAssets, owner: batteries.owner, grade: gradings.grade })
    .from(secondLifeAssets)
    .innerJoin(batteries, eq(batteries.code, secondLifeAssets.pack))
    .innerJoin(gradings, and(eq(gradings.pack, secondLifeAssets.pack), eq(gradings.n, secondLifeAssets.grading)));

/** By code. An owner sees those made of its packs. */
export async function listAssets(
  db: Database,
  caller: Tenant,
  filter: AssetFilter,
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<Asset>> {
  const after = cursor.decode(page.cursor);
  const own = await ofOwnPacks(db, caller);
  const { code, site, pack, state } = secondLifeAssets;
  const rows = await select(db)
    .where(
      and(
        own(pack),
        filter.site === undefined ? undefined : eq(site, filter.site),
        filter.pack === undefined ? undefined : eq(pack, filter.pack),
        filter.state === undefined ? undefined : eq(state, filter.state),
        filter.function === undefined ? undefined : eq(secondLifeAssets.function, filter.function),
        after === null ? undefined : gt(code, after),
      ),
    )
    .orderBy(asc(code))
    .limit(page.limit + 1);
  return toPage(rows, page.limit, ({ asset }) => cursor.encode(asset.code), toAsset);
}

/** Null: the caller sees no such asset. */
export async function findAsset(db: Database, caller: Tenant, code: string): Promise<FoundAsset | null> {
  const [row] = await select(db).where(and(eq(secondLifeAssets.code, code), ofOwnPack(caller, secondLifeAssets.pack)));
  return row ?? null;
}

/** The asset a pack has become; null: none. */
export async function findAssetOf(db: Database, pack: string): Promise<FoundAsset | null> {
  const [row] = await select(db).where(eq(secondLifeAssets.pack, pack));
  return row ?? null;
}

/** Newest first. */
export async function listAssetEvents(
  db: Database,
  asset: string,
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<AssetEvent>> {
  const after = eventCursor.decode(page.cursor);
  const rows = await db
    .select()
    .from(assetEvents)
    .where(and(eq(assetEvents.asset, asset), after === null ? undefined : lt(assetEvents.n, after[1])))
    .orderBy(desc(assetEvents.n))
    .limit(page.limit + 1);
  return toPage(
    rows,
    page.limit,
    ({ n }) => eventCursor.encode([asset, n]),
    ({ occurredAt, recordedAt, ...same }) => ({
      ...same,
      occurredAt: occurredAt.toISOString(),
      recordedAt: recordedAt.toISOString(),
    }),
  );
}

/** When its last event happened: what is told next did not happen before. */
export async function lastEventAt(db: Database, { code, eventN }: AssetRow): Promise<number> {
  const [row] = await db
    .select({ at: assetEvents.occurredAt })
    .from(assetEvents)
    .where(and(eq(assetEvents.asset, code), eq(assetEvents.n, eventN)));
  return row?.at.getTime() ?? 0;
}

/** What a statement on an asset returns, for `assetOf`: `changed` is the part that has its row. */
export const changedAsset = sql`
  select changed.*, b.owner as pack_owner, g.grade as pack_grade from changed
    join ${batteries} b on b.code = changed.pack join ${gradings} g on g.pack = changed.pack and g.n = changed.grading`;

export const assetOf = (row: Readonly<Record<string, unknown>>): Asset =>
  toAsset({
    asset: rowOf(secondLifeAssets, row),
    owner: row.pack_owner as string | null,
    grade: row.pack_grade as Grade,
  });

export const toAsset = ({ asset, owner, grade }: FoundAsset): Asset => ({
  ...asset,
  owner,
  grade,
  acts: actsIn(asset.state),
  grading: `${asset.pack}.${asset.grading}`,
  commissionedAt: asset.commissionedAt?.toISOString() ?? null,
  createdAt: asset.createdAt.toISOString(),
});
