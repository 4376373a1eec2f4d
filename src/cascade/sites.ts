import { and, asc, desc, eq, gt, lt, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { apiKeys } from '../../schema/tables/api-keys.ts';
import { batteries } from '../../schema/tables/batteries.ts';
import { secondLifeAssets, secondLifeSites, siteTariffs } from '../../schema/tables/second-life.ts';
import { stations } from '../../schema/tables/stations.ts';
import {
  type NewSite,
  type Site,
  type SiteChange,
  type SiteTariff,
  siteId,
} from '../../schema/wire/api/second-life.ts';
import { cursorCodec, type Page, toPage } from '../api/cursor.ts';
import { editionIs } from '../api/etag.ts';
import { ApiError } from '../api/problem.ts';
import type { Tenant } from '../api/tenancy.ts';
import type { Database } from '../db/client.ts';
import { rowOf } from '../db/row-of.ts';
import { type Statement, statement } from '../db/statement.ts';
import { assignments, unknownReference } from '../inventory/change.ts';
import { isPublished } from '../tariffs/store.ts';
import { ofOwnPacks } from './retired-pack.ts';

type Row = Record<string, unknown>;

const cursor = cursorCodec('second-life-sites', siteId);

/** An owner sees the sites where packs of its own stand. */
const seesSites = ({ role, organisation }: Tenant): SQL | undefined =>
  role === 'owner'
    ? sql`exists (select from ${secondLifeAssets} a join ${batteries} b on b.code = a.pack
        where a.site = ${secondLifeSites.id} and b.owner = ${organisation})`
    : undefined;

/** By id. */
export async function listSites(
  db: Database,
  caller: Tenant,
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<Site>> {
  const after = cursor.decode(page.cursor);
  const own = (await ofOwnPacks(db, caller))(sql`a.pack`);
  const rows = await db
    .select()
    .from(secondLifeSites)
    .where(
      and(
        own && sql`${secondLifeSites.id} in (select a.site from ${secondLifeAssets} a where ${own})`,
        after === null ? undefined : gt(secondLifeSites.id, after),
      ),
    )
    .orderBy(asc(secondLifeSites.id))
    .limit(page.limit + 1);
  return toPage(rows, page.limit, ({ id }) => cursor.encode(id), toSite);
}

/** Null: the caller sees no such site. */
export async function readSite(db: Database, caller: Tenant, id: string): Promise<Site | null> {
  const [row] = await db
    .select()
    .from(secondLifeSites)
    .where(and(eq(secondLifeSites.id, id), seesSites(caller)));
  return row ? toSite(row) : null;
}

/** Refuses what names something that is not there: prices of its category, its station, the key of its controller. */
export async function requireSiteReferences(
  db: Database,
  { tariffCategory, station, controllerKey }: SiteChange,
): Promise<void> {
  if (tariffCategory !== undefined && !(await isPublished(db, tariffCategory))) throw new ApiError('tariff-unknown');
  if (station) {
    const [there] = await db.execute(sql`select from ${stations} where id = ${station} and retired_at is null`);
    if (!there) throw unknownReference('/station', 'is not the id of a station');
  }
  if (controllerKey) {
    const [there] = await db.execute(
      sql`select from ${apiKeys} where id = ${controllerKey} and role = 'service' and revoked_at is null`,
    );
    if (!there) throw unknownReference('/controllerKey', 'is not the id of a key of role service that works');
  }
}

/** No row: the id is taken. */
export const createSite = (site: NewSite, by: string): Statement<Row> =>
  statement<Row>({
    parts: {
      made: sql`
        insert into ${secondLifeSites} (id, name, name_en, import_limit_w, export_limit_w, tariff_category, station, controller_key, changed_by)
        values (${site.id}, ${site.name}, ${site.nameEn}, ${site.importLimitW}, ${site.exportLimitW}, ${site.tariffCategory}, ${site.station},
          ${site.controllerKey}, ${by})
        on conflict (id) do nothing returning *`,
    },
    result: sql`select * from made`,
  });

/** No row: it is another edition. */
export const changeSite = (
  id: string,
  change: SiteChange,
  { by, expected }: { by: string; expected: readonly number[] | null },
): Statement<Row> =>
  statement<Row>({
    parts: {
      changed: sql`
        update ${secondLifeSites} set changed_by = ${by}, ${assignments({
          name: change.name,
          name_en: change.nameEn,
          import_limit_w: change.importLimitW,
          export_limit_w: change.exportLimitW,
          tariff_category: change.tariffCategory,
          station: change.station,
          controller_key: change.controllerKey,
        })}
        where ${secondLifeSites.id} = ${id} and ${editionIs(secondLifeSites.edition, expected)} returning *`,
    },
    result: sql`select * from changed`,
  });

const tariffCursor = cursorCodec('site-tariffs', z.iso.date());
/** How the table writes that a category has always counted. */
const always = '0001-01-01';

/** Under which category a site buys its energy from which day on, the last first. */
export async function listSiteTariffs(
  db: Database,
  site: string,
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<SiteTariff>> {
  const after = tariffCursor.decode(page.cursor);
  const rows = await db
    .select()
    .from(siteTariffs)
    .where(and(eq(siteTariffs.site, site), after === null ? undefined : lt(siteTariffs.fromDay, after)))
    .orderBy(desc(siteTariffs.fromDay))
    .limit(page.limit + 1);
  return toPage(
    rows,
    page.limit,
    ({ fromDay }) => tariffCursor.encode(fromDay),
    ({ fromDay, enteredAt, ...same }) => ({
      ...same,
      fromDay: fromDay === always ? null : fromDay,
      enteredAt: enteredAt.toISOString(),
    }),
  );
}

export const siteOf = (row: Readonly<Row>): Site => toSite(rowOf(secondLifeSites, row));

const toSite = ({ createdAt, ...same }: typeof secondLifeSites.$inferSelect): Site => ({
  ...same,
  createdAt: createdAt.toISOString(),
});
