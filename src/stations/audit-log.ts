import { and, desc, eq, gte, lt, sql } from 'drizzle-orm';
import { z } from 'zod';
import { apiKeys } from '../../schema/tables/api-keys.ts';
import { events } from '../../schema/tables/events.ts';
import { users } from '../../schema/tables/users.ts';
import type { AuditLine } from '../../schema/wire/api/audit-log.ts';
import { stationId } from '../../schema/wire/ids.ts';
import { cursorCodec, cursorInstant, type Page, toPage } from '../api/cursor.ts';
import { ofStations, type Scope } from '../api/scope.ts';
import type { Database } from '../db/client.ts';

const cursor = cursorCodec('audit-log', z.tuple([cursorInstant, stationId, z.int().min(0)]));

export interface AuditFilter {
  author?: string | undefined;
  station?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

/** What people and programs did, newest first. Walks one of the indexes of `events` that hold nothing else. */
export async function listAuditLines(
  db: Database,
  scope: Scope,
  { author, station, from, to }: AuditFilter,
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<AuditLine>> {
  const after = cursor.decode(page.cursor);
  const rows = await db
    .select({
      station: events.station,
      n: events.n,
      at: events.recordedAt,
      cause: events.cause,
      type: events.type,
      bay: events.bay,
      swap: events.swap,
      body: events.body,
      name: sql<string | null>`coalesce(${users.name}, ${apiKeys.label})`,
    })
    .from(events)
    .leftJoin(users, eq(sql`'user:' || ${users.id}`, events.cause))
    .leftJoin(apiKeys, eq(apiKeys.id, events.cause))
    .where(
      and(
        // As the indexes say it.
        sql`${events.source} in ('action', 'staff')`,
        ofStations(events.station, scope),
        author === undefined ? undefined : eq(events.cause, author),
        station === undefined ? undefined : eq(events.station, station),
        from === undefined ? undefined : gte(events.recordedAt, new Date(from)),
        to === undefined ? undefined : lt(events.recordedAt, new Date(to)),
        after === null
          ? undefined
          : sql`(${events.recordedAt}, ${events.station}, ${events.n}) < (${after[0]}::timestamptz, ${after[1]}, ${after[2]})`,
      ),
    )
    .orderBy(desc(events.recordedAt), desc(events.station), desc(events.n))
    .limit(page.limit + 1);
  return toPage(
    rows,
    page.limit,
    (row) => cursor.encode([row.at.toISOString(), row.station, row.n]),
    ({ at, cause, name, ...same }) => ({
      ...same,
      at: at.toISOString(),
      author: cause === null ? null : { id: cause, name },
    }),
  );
}
