import { type SQL, sql } from 'drizzle-orm';
import { isOpenThroughout } from '../../machines/policy/opening-hours.ts';
import { maintenanceWindows, openingHours } from '../../schema/tables/opening-hours.ts';
import type { MaintenanceWindow, OpeningHours, OpenSpan } from '../../schema/wire/api/opening-hours.ts';
import type { Database } from '../db/client.ts';
import { rowOf } from '../db/row-of.ts';
import { type Statement, statement } from '../db/statement.ts';
import { staffLine } from './staff-line.ts';

type WindowRow = typeof maintenanceWindows.$inferSelect;

/** Hours of a station; edition 0 and no spans as long as nobody has set any: it never closes. */
export async function readHours(db: Database, station: string, now = Date.now()): Promise<OpeningHours> {
  const [row] = await db.select().from(openingHours).where(sql`${openingHours.station} = ${station}`);
  return toHours(station, row?.spans ?? null, row?.edition ?? 0, now);
}

const toHours = (station: string, spans: OpenSpan[] | null, edition: number, now: number): OpeningHours => ({
  station,
  zone: 'Asia/Shanghai',
  spans,
  openNow: isOpenThroughout(spans, now, now),
  edition,
});

/** No row: another edition. */
export function setHours(own: {
  station: string;
  spans: OpenSpan[] | null;
  editions: readonly number[] | null;
  by: string;
}): Statement<{ edition: number }> {
  const { station, spans, editions, by } = own;
  const expected = editions === null ? sql`true` : sql`h.edition = any(${sql.param([...editions])}::int[])`;
  const fresh = editions === null || editions.includes(0);
  return statement({
    parts: {
      changed: sql`insert into ${openingHours} as h (station, spans, by)
        select ${station}, ${JSON.stringify(spans)}::text::jsonb, ${by}
        where ${fresh}::boolean or exists (select from ${openingHours} h where h.station = ${station} and ${expected})
        on conflict (station) do update set spans = excluded.spans, by = excluded.by, edition = h.edition + 1, changed_at = now()
        where ${expected} returning h.station, h.edition`,
      ...staffLine({ type: 'openingHoursChanged', by, body: { spans } }, sql`changed`),
    },
    result: sql`select edition from changed`,
  });
}

export const toWindow = (row: WindowRow): MaintenanceWindow => ({
  id: row.id,
  station: row.station,
  bay: row.bay,
  from: row.fromAt.toISOString(),
  to: row.toAt.toISOString(),
  reason: row.reason,
  by: row.by,
  createdAt: row.createdAt.toISOString(),
  cancelledAt: row.cancelledAt?.toISOString() ?? null,
  edition: row.edition,
});

export const windowOfRow = (row: Record<string, unknown>): MaintenanceWindow =>
  toWindow(rowOf(maintenanceWindows, row));

/** Those that are not over and not cancelled, the next first. */
export async function listWindows(db: Database, station: string): Promise<MaintenanceWindow[]> {
  const rows = await db
    .select()
    .from(maintenanceWindows)
    .where(
      sql`${maintenanceWindows.station} = ${station} and ${maintenanceWindows.cancelledAt} is null and ${maintenanceWindows.toAt} > now()`,
    )
    .orderBy(maintenanceWindows.fromAt, maintenanceWindows.id)
    .limit(500);
  return rows.map(toWindow);
}

interface WindowWritten {
  window: Record<string, unknown> | null;
}
const windowWritten: SQL = sql`select (select to_jsonb(changed) from changed) as "window"`;

export const openWindow = (own: {
  id: string;
  station: string;
  bay: string | null;
  from: Date;
  to: Date;
  reason: string;
  by: string;
}): Statement<WindowWritten> =>
  statement({
    parts: {
      changed: sql`insert into ${maintenanceWindows} as w (id, station, bay, from_at, to_at, reason, by)
        select ${own.id}, ${own.station}, ${own.bay}::text, ${own.from.toISOString()}::timestamptz, ${own.to.toISOString()}::timestamptz,
          ${own.reason}, ${own.by} returning w.*`,
      ...staffLine({ type: 'maintenancePlanned', by: own.by, body: { id: own.id, reason: own.reason } }, sql`changed`),
    },
    result: windowWritten,
  });

/** No window: there is none, it is cancelled, or it has another edition. */
export const cancelWindow = (own: {
  id: string;
  station: string;
  editions: readonly number[] | null;
  by: string;
}): Statement<WindowWritten> => {
  const expected = own.editions === null ? sql`true` : sql`w.edition = any(${sql.param([...own.editions])}::int[])`;
  return statement({
    parts: {
      changed: sql`update ${maintenanceWindows} w set cancelled_at = now(), cancelled_by = ${own.by}, edition = w.edition + 1
        where w.id = ${own.id} and w.station = ${own.station} and w.cancelled_at is null and ${expected} returning w.*`,
      ...staffLine({ type: 'maintenanceCancelled', by: own.by, body: { id: own.id } }, sql`changed`),
    },
    result: windowWritten,
  });
};

export async function findWindow(db: Database, station: string, id: string): Promise<WindowRow | null> {
  const [row] = await db
    .select()
    .from(maintenanceWindows)
    .where(sql`${maintenanceWindows.id} = ${id} and ${maintenanceWindows.station} = ${station}`);
  return row ?? null;
}
