import { and, desc, eq, isNotNull, isNull, lt, lte, or, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { alarms, incidents } from '../../schema/tables/alarms.ts';
import { deadLetters } from '../../schema/tables/dead-letters.ts';
import { events } from '../../schema/tables/events.ts';
import { stationMarks } from '../../schema/tables/station-marks.ts';
import type { Alarm, DeadLetter, Incident, LogEvent } from '../../schema/wire/api/log.ts';
import { stationId } from '../../schema/wire/ids.ts';
import { cursorCodec, cursorInstant, type Page, toPage } from '../api/cursor.ts';
import { ofStations, type Scope } from '../api/scope.ts';
import type { Database } from '../db/client.ts';

interface PageRequest {
  limit: number;
  cursor?: string | undefined;
}

const eventCursor = cursorCodec('events', z.tuple([stationId, z.int().min(0)]));
/** Alarms and incidents: by time, then key. */
const keyedCursor = (list: string) =>
  cursorCodec(list, z.tuple([cursorInstant, stationId, z.string().regex(/^[\x20-\x7e]{1,200}$/)]));
const alarmCursor = keyedCursor('alarms');
const incidentCursor = keyedCursor('incidents');
const deadLetterCursor = cursorCodec('dead-letters', z.int().min(1));

/** The log of one station, newest first, walking its key backwards. */
export async function listStationEvents(
  db: Database,
  scope: Scope,
  filter: { station: string; bay?: string | undefined; upTo?: number | undefined },
  page: PageRequest,
): Promise<Page<LogEvent>> {
  const after = eventCursor.decode(page.cursor);
  const rows = await db
    .select()
    .from(events)
    .where(
      and(
        ofStations(events.station, scope),
        eq(events.station, filter.station),
        filter.bay === undefined ? undefined : eq(events.bay, filter.bay),
        filter.upTo === undefined ? undefined : lte(events.n, filter.upTo),
        after === null ? undefined : lt(events.n, after[1]),
      ),
    )
    .orderBy(desc(events.n))
    .limit(page.limit + 1);
  return toPage(rows, page.limit, (row) => eventCursor.encode([filter.station, row.n]), toEvent);
}

/**
 * The newest events of all stations. They can only be in the stations that changed last, so a few stations' newest rows are merged: no
 * index over all stations is kept for this, the log being the table written most.
 */
export async function newestEvents(db: Database, scope: Scope, limit: number): Promise<LogEvent[]> {
  const latest = db
    .select({ station: stationMarks.station })
    .from(stationMarks)
    .where(ofStations(stationMarks.station, scope))
    .orderBy(desc(stationMarks.changedAt))
    .limit(limit)
    .as('latest');
  const newest = db
    .select()
    .from(events)
    .where(eq(events.station, latest.station))
    .orderBy(desc(events.n))
    .limit(limit)
    .as('newest');
  const rows = await db
    .select()
    .from(latest)
    .innerJoinLateral(newest, sql`true`)
    .orderBy(desc(newest.recordedAt), newest.station, desc(newest.n))
    .limit(limit);
  return rows.map((row) => toEvent(row.newest));
}

export async function listAlarms(
  db: Database,
  scope: Scope,
  filter: { station?: string | undefined; active?: boolean | undefined },
  page: PageRequest,
): Promise<Page<Alarm>> {
  const after = alarmCursor.decode(page.cursor);
  const rows = await db
    .select()
    .from(alarms)
    .where(
      and(
        ofStations(alarms.station, scope),
        filter.station === undefined ? undefined : eq(alarms.station, filter.station),
        present(alarms.clearedAt, filter.active),
        after === null
          ? undefined
          : sql`(${alarms.raisedAt}, ${alarms.station}, ${alarms.key}) < (${after[0]}::timestamptz, ${after[1]}, ${after[2]})`,
      ),
    )
    .orderBy(desc(alarms.raisedAt), desc(alarms.station), desc(alarms.key))
    .limit(page.limit + 1);
  const cursorOf = (row: (typeof rows)[number]) =>
    alarmCursor.encode([row.raisedAt.toISOString(), row.station, row.key]);
  return toPage(rows, page.limit, cursorOf, toAlarm);
}

export async function listIncidents(
  db: Database,
  scope: Scope,
  filter: { station?: string | undefined; open?: boolean | undefined },
  page: PageRequest,
): Promise<Page<Incident>> {
  const after = incidentCursor.decode(page.cursor);
  const rows = await db
    .select()
    .from(incidents)
    .where(
      and(
        ofStations(incidents.station, scope),
        filter.station === undefined ? undefined : eq(incidents.station, filter.station),
        present(incidents.closedAt, filter.open),
        after === null
          ? undefined
          : sql`(${incidents.openedAt}, ${incidents.station}, ${incidents.key}) < (${after[0]}::timestamptz, ${after[1]}, ${after[2]})`,
      ),
    )
    .orderBy(desc(incidents.openedAt), desc(incidents.station), desc(incidents.key))
    .limit(page.limit + 1);
  const cursorOf = (row: (typeof rows)[number]) =>
    incidentCursor.encode([row.openedAt.toISOString(), row.station, row.key]);
  return toPage(rows, page.limit, cursorOf, toIncident);
}

export async function listDeadLetters(
  db: Database,
  scope: Scope,
  filter: { station?: string | undefined; open?: boolean | undefined },
  page: PageRequest,
): Promise<Page<DeadLetter>> {
  const after = deadLetterCursor.decode(page.cursor);
  const rows = await db
    .select()
    .from(deadLetters)
    .where(
      and(
        ofStations(deadLetters.station, scope),
        filter.station === undefined ? undefined : eq(deadLetters.station, filter.station),
        present(deadLetters.resolvedAt, filter.open),
        after === null ? undefined : lt(deadLetters.id, after),
      ),
    )
    .orderBy(desc(deadLetters.id))
    .limit(page.limit + 1);
  return toPage(rows, page.limit, (row) => deadLetterCursor.encode(row.id), toDeadLetter);
}

/** What the live stream shows of a station: what is active, and what ended within the last minutes, so that its end is seen. */
export async function readActive(
  db: Database,
  ids: readonly string[],
): Promise<{ alarms: Alarm[]; incidents: Incident[] }> {
  const recent = sql`now() - interval '10 minutes'`;
  const among = (column: SQL.Aliased | typeof alarms.station | typeof incidents.station) =>
    sql`${column} = any(${sql.param([...ids])}::text[])`;
  const [alarmRows, incidentRows] = await Promise.all([
    db
      .select()
      .from(alarms)
      .where(and(among(alarms.station), or(isNull(alarms.clearedAt), sql`${alarms.clearedAt} > ${recent}`))),
    db
      .select()
      .from(incidents)
      .where(and(among(incidents.station), or(isNull(incidents.closedAt), sql`${incidents.closedAt} > ${recent}`))),
  ]);
  return { alarms: alarmRows.map(toAlarm), incidents: incidentRows.map(toIncident) };
}

/** `wanted` true: those without an end. */
const present = (
  end: typeof alarms.clearedAt | typeof incidents.closedAt | typeof deadLetters.resolvedAt,
  wanted: boolean | undefined,
): SQL | undefined => (wanted === undefined ? undefined : wanted ? isNull(end) : isNotNull(end));

export function toEvent(row: typeof events.$inferSelect): LogEvent {
  const { prevHash: _prevHash, hash: _hash, recordedAt, occurredAt, ...same } = row;
  return { ...same, recordedAt: recordedAt.toISOString(), occurredAt: occurredAt.toISOString() };
}

const idOf = ({ station, key }: { station: string; key: string }): string => `${station}/${key}`;

/** The station and the key of an id: no station has a slash in its name. */
export function partsOf(id: string): { station: string; key: string } {
  const at = id.indexOf('/');
  return { station: id.slice(0, at), key: id.slice(at + 1) };
}

export async function readAlarm(db: Database, id: string): Promise<Alarm | null> {
  const { station, key } = partsOf(id);
  const [row] = await db
    .select()
    .from(alarms)
    .where(and(eq(alarms.station, station), eq(alarms.key, key)));
  return row ? toAlarm(row) : null;
}

export async function readIncident(db: Database, id: string): Promise<Incident | null> {
  const { station, key } = partsOf(id);
  const [row] = await db
    .select()
    .from(incidents)
    .where(and(eq(incidents.station, station), eq(incidents.key, key)));
  return row ? toIncident(row) : null;
}

export async function readDeadLetter(db: Database, id: number): Promise<DeadLetter | null> {
  const [row] = await db.select().from(deadLetters).where(eq(deadLetters.id, id));
  return row ? toDeadLetter(row) : null;
}

type AlarmRow = typeof alarms.$inferSelect;
type IncidentRow = typeof incidents.$inferSelect;

/** An acknowledgement of an earlier raising, or of a lower level, is none. */
function acknowledgementOf(row: AlarmRow | IncidentRow, counts: boolean) {
  return {
    acknowledgedAt: counts ? (row.acknowledgedAt?.toISOString() ?? null) : null,
    acknowledgedBy: counts ? row.acknowledgedBy : null,
    acknowledgedNote: counts ? row.acknowledgedNote : null,
  };
}

function assignmentOf(row: AlarmRow | IncidentRow, counts: boolean) {
  return {
    assignedTo: counts ? row.assignedTo : null,
    assignedAt: counts && row.assignedTo !== null ? (row.assignedAt?.toISOString() ?? null) : null,
  };
}

export function toAlarm(row: AlarmRow): Alarm {
  const { raisedN, raisedAt, clearedAt, acknowledgedN, acknowledgedLevel, assignedN, ...same } = row;
  return {
    ...same,
    id: idOf(row),
    raisedAt: raisedAt.toISOString(),
    eventN: raisedN,
    clearedAt: clearedAt?.toISOString() ?? null,
    ...acknowledgementOf(row, acknowledgedN === raisedN && (acknowledgedLevel ?? 0) >= row.level),
    ...assignmentOf(row, assignedN === raisedN),
  };
}

export function toIncident(row: IncidentRow): Incident {
  const { openedN, openedAt, closedAt, acknowledgedN, closedBy, closedByN, assignedN, ...same } = row;
  return {
    ...same,
    id: idOf(row),
    openedAt: openedAt.toISOString(),
    eventN: openedN,
    closedAt: closedAt?.toISOString() ?? null,
    closedBy: closedAt !== null && closedByN === openedN ? closedBy : null,
    ...acknowledgementOf(row, acknowledgedN === openedN),
    ...assignmentOf(row, assignedN === openedN),
  };
}

export function toDeadLetter(row: typeof deadLetters.$inferSelect): DeadLetter {
  const { recordedAt, resolvedAt, ...same } = row;
  return { ...same, recordedAt: recordedAt.toISOString(), resolvedAt: resolvedAt?.toISOString() ?? null };
}
