import { desc, eq, lt, sql } from 'drizzle-orm';
import { z } from 'zod';
import { lifeReports } from '../../schema/tables/lifecycle.ts';
import type { LifeReport } from '../../schema/wire/api/traceability.ts';
import { cursorCodec, type Page, toPage } from '../api/cursor.ts';
import type { Database } from '../db/client.ts';
import { rowOf } from '../db/row-of.ts';
import { type Statement, statement } from '../db/statement.ts';

type Row = typeof lifeReports.$inferSelect;

const cursor = cursorCodec('life-reports', z.int().min(1));

/** Takes the oldest events that no report carries into a new one. No row: there are none. */
export const prepareReport = (
  by: string,
  { until, most }: { until?: string | undefined; most: number },
): Statement<Record<string, unknown>> => {
  const before = until === undefined ? sql`` : sql`and e.recorded_at <= ${until}::timestamptz`;
  return statement<Record<string, unknown>>({
    parts: {
      free: sql`
        select d.event from life_duties d join life_events e on e.id = d.event
        where d.report is null ${before} order by d.event limit ${most} for update of d skip locked`,
      made: sql`
        insert into life_reports (prepared_by, events) select ${by}, n from (select count(*)::int as n from free) f where n > 0 returning *`,
      carried: sql`update life_duties d set report = made.id from free, made where d.event = free.event returning d.event`,
    },
    result: sql`select * from made`,
  });
};

/** The platform has taken it: the clocks of all it carries stop. No row: it is another by now, or confirmed. */
export const confirmReport = (
  id: number,
  { reference, by }: { reference: string; by: string },
): Statement<Record<string, unknown>> =>
  statement<Record<string, unknown>>({
    parts: {
      confirmed: sql`
        update life_reports set reference = ${reference}, confirmed_at = now(), confirmed_by = ${by}, edition = edition + 1
        where id = ${id} and confirmed_at is null returning *`,
      stopped: sql`
        update life_duties d set reported_at = c.confirmed_at from confirmed c where d.report = c.id returning d.event`,
    },
    result: sql`select * from confirmed`,
  });

export async function readReport(db: Database, id: number): Promise<LifeReport | null> {
  const [row] = await db.select().from(lifeReports).where(eq(lifeReports.id, id));
  return row ? toReport(row) : null;
}

/** Newest first. */
export async function listReports(
  db: Database,
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<LifeReport>> {
  const after = cursor.decode(page.cursor);
  const rows = await db
    .select()
    .from(lifeReports)
    .where(after === null ? undefined : lt(lifeReports.id, after))
    .orderBy(desc(lifeReports.id))
    .limit(page.limit + 1);
  return toPage(rows, page.limit, (row) => cursor.encode(row.id), toReport);
}

export const reportOf = (row: Readonly<Record<string, unknown>>): LifeReport => toReport(rowOf(lifeReports, row));

const toReport = ({ preparedAt, confirmedAt, ...same }: Row): LifeReport => ({
  ...same,
  preparedAt: preparedAt.toISOString(),
  confirmedAt: confirmedAt?.toISOString() ?? null,
});
