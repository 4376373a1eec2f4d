import { and, desc, eq, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { dispatchAlarms } from '../../schema/tables/dispatch.ts';
import { secondLifeSites } from '../../schema/tables/second-life.ts';
import { stations } from '../../schema/tables/stations.ts';
import { siteId } from '../../schema/wire/api/second-life.ts';
import type { SiteAlarm } from '../../schema/wire/api/site-alarm.ts';
import { cursorCodec, cursorInstant, type Page, toPage } from '../api/cursor.ts';
import type { Database } from '../db/client.ts';
import { rowOf } from '../db/row-of.ts';
import { type Statement, statement } from '../db/statement.ts';
import type { Assignment, Settlement } from '../stations/settle.ts';
import type { Settled } from '../stations/settle-once.ts';

const cursor = cursorCodec('site-alarms', z.tuple([cursorInstant, siteId, z.string().max(60)]));

/** The last raised first. */
export async function listSiteAlarms(
  db: Database,
  filter: { site?: string | undefined; active?: boolean | undefined },
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<SiteAlarm>> {
  const after = cursor.decode(page.cursor);
  const { site, raisedAt, key, clearedAt } = dispatchAlarms;
  const rows = await db
    .select()
    .from(dispatchAlarms)
    .where(
      and(
        filter.site === undefined ? undefined : eq(site, filter.site),
        filter.active === undefined
          ? undefined
          : filter.active
            ? sql`${clearedAt} is null`
            : sql`${clearedAt} is not null`,
        after === null
          ? undefined
          : sql`(${raisedAt}, ${site}, ${key}) < (${after[0]}::timestamptz, ${after[1]}, ${after[2]})`,
      ),
    )
    .orderBy(desc(raisedAt), desc(site), desc(key))
    .limit(page.limit + 1);
  return toPage(rows, page.limit, (row) => cursor.encode([row.raisedAt.toISOString(), row.site, row.key]), toSiteAlarm);
}

/** @param id as `siteAlarmId` has it */
export async function readSiteAlarm(db: Database, id: string): Promise<SiteAlarm | null> {
  const [row] = await db.select().from(dispatchAlarms).where(isAlarm(id));
  return row ? toSiteAlarm(row) : null;
}

function isAlarm(id: string): SQL | undefined {
  const first = id.indexOf('/');
  const last = id.lastIndexOf('/');
  const { site, key, raisedAt } = dispatchAlarms;
  return and(
    eq(site, id.slice(0, first)),
    eq(key, id.slice(first + 1, last)),
    eq(raisedAt, new Date(id.slice(last + 1))),
  );
}

/** Where a site stands; null: at no station that is there, or there is no such site. */
export async function readStationOf(db: Database, site: string): Promise<string | null> {
  const [row] = await db
    .select({ station: stations.id })
    .from(secondLifeSites)
    .innerJoin(stations, and(eq(stations.id, secondLifeSites.station), sql`${stations.retiredAt} is null`))
    .where(eq(secondLifeSites.id, site));
  return row?.station ?? null;
}

/** No row: it had been acknowledged, or is over. */
export const acknowledgeSiteAlarm = ({ id }: SiteAlarm, { by, note }: Settlement): Statement<Settled> =>
  settled(sql`
    update ${dispatchAlarms} set acknowledged_at = now(), acknowledged_by = ${by}, acknowledged_note = ${note}::text, acknowledged_level = level
    where ${isAlarm(id)} and cleared_at is null and coalesce(acknowledged_level, 0) < level returning *`);

/** No row: somebody else has given it to somebody meanwhile, that person has it already, or it is over. */
export const assignSiteAlarm = (
  { id, assignedTo }: SiteAlarm,
  { to, note }: Omit<Assignment, 'by'>,
): Statement<Settled> =>
  settled(sql`
    update ${dispatchAlarms} set assigned_to = ${to}::text, assigned_at = now(), assigned_note = ${note}::text
    where ${isAlarm(id)} and cleared_at is null and assigned_to is not distinct from ${assignedTo}::text
      and ${assignedTo}::text is distinct from ${to}::text returning *`);

/** A site has no log of its own: who did it stands in the row, and in the record of who did what. */
const settled = (change: SQL): Statement<Settled> =>
  statement<Settled>({ parts: { changed: change }, result: sql`select to_jsonb(changed) as settled from changed` });

export const siteAlarmOf = (row: Readonly<Record<string, unknown>>): SiteAlarm =>
  toSiteAlarm(rowOf(dispatchAlarms, row));

function toSiteAlarm(row: typeof dispatchAlarms.$inferSelect): SiteAlarm {
  const { acknowledgedLevel, raisedAt, lastAt, clearedAt, ...same } = row;
  // One of a lower level is none.
  const isAcknowledged = (acknowledgedLevel ?? 0) >= row.level;
  return {
    ...same,
    id: `${row.site}/${row.key}/${raisedAt.toISOString()}`,
    raisedAt: raisedAt.toISOString(),
    lastAt: lastAt.toISOString(),
    clearedAt: clearedAt?.toISOString() ?? null,
    acknowledgedAt: isAcknowledged ? (row.acknowledgedAt?.toISOString() ?? null) : null,
    acknowledgedBy: isAcknowledged ? row.acknowledgedBy : null,
    acknowledgedNote: isAcknowledged ? row.acknowledgedNote : null,
    assignedAt: row.assignedTo === null ? null : (row.assignedAt?.toISOString() ?? null),
    assignedNote: row.assignedTo === null ? null : row.assignedNote,
  };
}
