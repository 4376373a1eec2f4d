import { and, desc, eq, lt, sql } from 'drizzle-orm';
import { z } from 'zod';
import { gridSignals } from '../../schema/tables/second-life.ts';
import type { GridSignal, NewSignal } from '../../schema/wire/api/dispatch.ts';
import { cursorCodec, type Page, toPage } from '../api/cursor.ts';
import type { Database } from '../db/client.ts';
import { rowOf } from '../db/row-of.ts';
import { type Statement, statement } from '../db/statement.ts';

const cursor = cursorCodec('grid-signals', z.int());

/** The last recorded first. */
export async function listSignals(
  db: Database,
  site: string,
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<GridSignal>> {
  const after = cursor.decode(page.cursor);
  const rows = await db
    .select()
    .from(gridSignals)
    .where(and(eq(gridSignals.site, site), after === null ? undefined : lt(gridSignals.id, after)))
    .orderBy(desc(gridSignals.id))
    .limit(page.limit + 1);
  return toPage(rows, page.limit, ({ id }) => cursor.encode(id), toSignal);
}

/** A trigger has the site planned anew. */
export const recordSignal = (
  site: string,
  { type, limitW, from, to, reference }: NewSignal,
  { by, now }: { by: string; now: number },
): Statement<Record<string, unknown>> =>
  statement<Record<string, unknown>>({
    parts: {
      made: sql`
        insert into ${gridSignals} (site, type, limit_w, from_at, to_at, reference, by, recorded_at)
        values (${site}, ${type}, ${limitW}::int, ${utc(from)}, ${utc(to)}, ${reference}, ${by}, ${utc(now)}) returning *`,
    },
    result: sql`select * from made`,
  });

const utc = (at: string | number) => sql`${new Date(at).toISOString()}::timestamptz`;

export const signalOf = (row: Readonly<Record<string, unknown>>): GridSignal => toSignal(rowOf(gridSignals, row));

const toSignal = ({ fromAt, toAt, recordedAt, ...same }: typeof gridSignals.$inferSelect): GridSignal => ({
  ...same,
  from: fromAt.toISOString(),
  to: toAt.toISOString(),
  recordedAt: recordedAt.toISOString(),
});
