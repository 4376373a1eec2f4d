import { and, desc, eq, gte, inArray, lt, ne, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Episode } from '../../machines/cascade/dispatch-alarms.ts';
import { dispatchAlarms, dispatchReadings } from '../../schema/tables/dispatch.ts';
import type { DispatchReading } from '../../schema/wire/api/dispatch.ts';
import { assetCode } from '../../schema/wire/api/second-life.ts';
import { dispatchAlarmCodes } from '../../schema/wire/cascade/dispatch.ts';
import { tariffPeriods } from '../../schema/wire/settlement/tariff.ts';
import { cursorCodec, cursorInstant, type Page, toPage } from '../api/cursor.ts';
import type { Database } from '../db/client.ts';
import { instants } from './dispatch-site.ts';

export type ReadingRow = typeof dispatchReadings.$inferSelect;

const readingCursor = cursorCodec('dispatch-readings', z.tuple([cursorInstant, assetCode]));

/** The last first. */
export async function listReadings(
  db: Database,
  site: string,
  filter: { asset?: string | undefined; from?: string | undefined; to?: string | undefined },
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<DispatchReading>> {
  const after = readingCursor.decode(page.cursor);
  const { startsAt, asset } = dispatchReadings;
  const rows = await db
    .select()
    .from(dispatchReadings)
    .where(
      and(
        eq(dispatchReadings.site, site),
        filter.asset === undefined ? undefined : eq(asset, filter.asset),
        filter.from === undefined ? undefined : gte(startsAt, new Date(filter.from)),
        filter.to === undefined ? undefined : lt(startsAt, new Date(filter.to)),
        after === null ? undefined : sql`(${startsAt}, ${asset}) < (${after[0]}::timestamptz, ${after[1]})`,
      ),
    )
    .orderBy(desc(startsAt), desc(asset))
    .limit(page.limit + 1);
  return toPage(rows, page.limit, (row) => readingCursor.encode([row.startsAt.toISOString(), row.asset]), toReading);
}

export const toReading = ({ startsAt, recordedAt, period, ...same }: ReadingRow): DispatchReading => ({
  ...same,
  period: z.enum(tariffPeriods).parse(period),
  startsAt: startsAt.toISOString(),
  recordedAt: recordedAt.toISOString(),
});

/** All of a site in some quarters of an hour, and those of some assets wherever they stood then. */
export async function readingsAt(
  db: Database,
  site: string,
  assets: readonly string[],
  starts: readonly number[],
): Promise<ReadingRow[]> {
  const at: SQL = sql`${dispatchReadings.startsAt} = any(${instants(starts)})`;
  const [here, theirs] = await Promise.all([
    db
      .select()
      .from(dispatchReadings)
      .where(and(eq(dispatchReadings.site, site), at)),
    db
      .select()
      .from(dispatchReadings)
      .where(and(inArray(dispatchReadings.asset, [...assets]), at)),
  ]);
  return [...here, ...theirs.filter((row) => row.site !== site)];
}

/** Alarms of dispatch that stand, and the last quarter of an hour that was read at the site. */
export async function readEpisodes(db: Database, site: string): Promise<{ open: Episode[]; newest: number | null }> {
  const [rows, [last]] = await Promise.all([
    db
      .select()
      .from(dispatchAlarms)
      .where(
        and(
          eq(dispatchAlarms.site, site),
          sql`${dispatchAlarms.clearedAt} is null`,
          ne(dispatchAlarms.code, 'secondLifeFault'),
        ),
      ),
    db
      .select({ at: dispatchReadings.startsAt })
      .from(dispatchReadings)
      .where(eq(dispatchReadings.site, site))
      .orderBy(desc(dispatchReadings.startsAt))
      .limit(1),
  ]);
  const open = rows.map(({ key, asset, detail, worstWh, quarters, ...row }) => ({
    key,
    code: z.enum(dispatchAlarmCodes).parse(row.code),
    asset,
    detail,
    worstWh: worstWh ?? 0,
    quarters: quarters ?? 0,
    raisedAt: row.raisedAt.getTime(),
    lastAt: row.lastAt.getTime(),
    clearedAt: null,
  }));
  return { open, newest: last?.at.getTime() ?? null };
}
