import { and, asc, desc, eq, gt, lte, sql } from 'drizzle-orm';
import { z } from 'zod';
import { stationTariffs, tariffs } from '../../schema/tables/tariffs.ts';
import type { PublishedTariff, StationTariff } from '../../schema/wire/api/tariff.ts';
import { type Tariff, tariffCategory } from '../../schema/wire/settlement/tariff.ts';
import { cursorCodec, type Page, toPage } from '../api/cursor.ts';
import type { Database } from '../db/client.ts';
import { rowOf } from '../db/row-of.ts';
import { type Statement, statement } from '../db/statement.ts';

type Row = typeof tariffs.$inferSelect;
type RowOf = Record<string, unknown>;

const listCursor = cursorCodec('tariffs', z.tuple([tariffCategory, z.iso.date()]));

const toTariff = ({ table, publishedAt, publishedBy }: Row): PublishedTariff => ({
  ...table,
  publishedAt: publishedAt.toISOString(),
  publishedBy,
});

export const tariffOf = (row: Readonly<RowOf>): PublishedTariff => toTariff(rowOf(tariffs, row));

/** By category, and in it by time. `day`: those that are valid on it. */
export async function listTariffs(
  db: Database,
  { category, day }: { category?: string | undefined; day?: string | undefined },
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<PublishedTariff>> {
  const after = listCursor.decode(page.cursor);
  const rows = await db
    .select()
    .from(tariffs)
    .where(
      and(
        category === undefined ? undefined : eq(tariffs.category, category),
        day === undefined ? undefined : and(lte(tariffs.validFrom, day), gt(tariffs.validTo, day)),
        after === null
          ? undefined
          : sql`(${tariffs.category}, ${tariffs.validFrom}) > (${after[0]}, ${after[1]}::date)`,
      ),
    )
    .orderBy(asc(tariffs.category), asc(tariffs.validFrom))
    .limit(page.limit + 1);
  return toPage(rows, page.limit, (row) => listCursor.encode([row.category, row.validFrom]), toTariff);
}

export async function readTariff(db: Database, category: string, validFrom: string): Promise<PublishedTariff | null> {
  const [row] = await db
    .select()
    .from(tariffs)
    .where(and(eq(tariffs.category, category), eq(tariffs.validFrom, validFrom)));
  return row ? toTariff(row) : null;
}

/** The first table of the category that is valid on a day of another. */
export async function overlapping(
  db: Database,
  { category, validFrom, validTo }: Pick<Tariff, 'category' | 'validFrom' | 'validTo'>,
): Promise<PublishedTariff | null> {
  const [row] = await db
    .select()
    .from(tariffs)
    .where(and(eq(tariffs.category, category), lte(tariffs.validFrom, validTo), gt(tariffs.validTo, validFrom)))
    .orderBy(asc(tariffs.validFrom))
    .limit(1);
  return row ? toTariff(row) : null;
}

/** No row: it overlaps another of its category; of two at once the constraint lets one through. */
export const publishTariff = (table: Tariff, by: string): Statement<RowOf> =>
  statement<RowOf>({
    parts: {
      made: sql`insert into ${tariffs} (category, valid_from, valid_to, "table", published_by)
        values (${table.category}, ${table.validFrom}, ${table.validTo}, ${JSON.stringify(table)}::text::jsonb, ${by})
        on conflict do nothing returning *`,
    },
    result: sql`select * from made`,
  });

const toStationTariff = ({ recordedAt, ...same }: typeof stationTariffs.$inferSelect): StationTariff => ({
  ...same,
  recordedAt: recordedAt.toISOString(),
});

export const stationTariffOf = (row: Readonly<RowOf>): StationTariff => toStationTariff(rowOf(stationTariffs, row));

/** The newest first. */
export async function listStationTariffs(db: Database, station: string): Promise<StationTariff[]> {
  const rows = await db
    .select()
    .from(stationTariffs)
    .where(eq(stationTariffs.station, station))
    .orderBy(desc(stationTariffs.fromDay))
    .limit(500);
  return rows.map(toStationTariff);
}

/**
 * From a day to come, or from one on which the station has no category yet: what may have been billed keeps its price. A trigger of the table sees to
 * it, one after the other. No row: neither, or nobody has published a table of the category, or that day has one.
 */
export const setStationTariff = (own: {
  station: string;
  fromDay: string;
  category: string;
  by: string;
}): Statement<RowOf> => {
  const { station, fromDay, category, by } = own;
  return statement<RowOf>({
    parts: {
      made: sql`insert into ${stationTariffs} (station, from_day, category, by)
        select ${station}, ${fromDay}::date, ${category}, ${by}
        where exists (select from ${tariffs} t where t.category = ${category})
        on conflict do nothing returning *`,
    },
    result: sql`select * from made`,
  });
};

export async function isPublished(db: Database, category: string): Promise<boolean> {
  const rows = await db
    .select({ category: tariffs.category })
    .from(tariffs)
    .where(eq(tariffs.category, category))
    .limit(1);
  return rows.length > 0;
}
