import { type SQL, sql } from 'drizzle-orm';
import { alarms, incidents } from '../../schema/tables/alarms.ts';
import { deadLetters } from '../../schema/tables/dead-letters.ts';
import { events } from '../../schema/tables/events.ts';
import { stationMarks, wakeups } from '../../schema/tables/station-marks.ts';
import type { Alarm, DeadLetter, Incident } from '../../schema/wire/api/log.ts';
import { type Statement, statement } from '../db/statement.ts';
import { wakeChannel } from '../engine/index.ts';
import type { Settled } from './settle-once.ts';

/** Who settles it, and what for. */
export interface Settlement {
  /** Id of the key. */
  by: string;
  note: string | null;
}

/**
 * What ends each kind of incident: a sentence where the machines close it by themselves, null where only a person can say that it is over.
 * A kind that is not here is a person's to close.
 */
export const incidentEnds: Readonly<Record<string, string | null>> = {
  packUnknown: 'It closes when a reader sees the pack, or when `resolve` at the bay names its place.',
  needsPerson: 'It closes when somebody attends to the bay: `confirm` or `resolve`.',
  codeUnreadable: 'It closes when a reader reads the place.',
  packMoved: null,
  sensorDiffers: null,
  stockTakeDiffers:
    'It closes when one of its packs moves, when the station reads the slot, or when a later stock-take finds what the ledger has.',
  packClaimedTwice: null,
  packInTwoPlaces: null,
  packNotForService: null,
};

/** No row: it had been acknowledged, or is over. */
export const acknowledgeAlarm = (alarm: Alarm, { by, note }: Settlement) =>
  settle(
    { ...alarm, swap: null, type: 'alarmAcknowledged', by, body: { key: alarm.key, level: alarm.level, note } },
    sql`update ${alarms} a set acknowledged_at = now(), acknowledged_by = ${by}, acknowledged_note = ${note}::text,
        acknowledged_n = a.raised_n, acknowledged_level = a.level
      from mark where a.station = mark.station and a.key = ${alarm.key} and a.cleared_at is null
        and (a.acknowledged_n is distinct from a.raised_n or a.acknowledged_level < a.level) returning a.*`,
  );

/** No row: it had been acknowledged, or is closed. */
export const acknowledgeIncident = (incident: Incident, { by, note }: Settlement) =>
  settle(
    { ...incident, type: 'incidentAcknowledged', by, body: { key: incident.key, note } },
    sql`update ${incidents} a set acknowledged_at = now(), acknowledged_by = ${by}, acknowledged_note = ${note}::text,
        acknowledged_n = a.opened_n
      from mark where a.station = mark.station and a.key = ${incident.key} and a.closed_at is null
        and a.acknowledged_n is distinct from a.opened_n returning a.*`,
  );

/** Who is to see to it. */
export interface Assignment {
  /** Id of the key. */
  by: string;
  /** `user:<id>`; null: nobody any more. */
  to: string | null;
  note: string | null;
}

/** No row: somebody else has given it to somebody meanwhile, that person has it already, or it is over. */
export const assignAlarm = (alarm: Alarm, { by, to, note }: Assignment) =>
  settle(
    { ...alarm, swap: null, type: 'alarmAssigned', by, body: { key: alarm.key, to, note } },
    sql`update ${alarms} a set assigned_to = ${to}::text, assigned_at = now(), assigned_n = a.raised_n
      from mark where a.station = mark.station and a.key = ${alarm.key} and a.cleared_at is null
        and ${standsAs(sql`a.assigned_n = a.raised_n`, alarm, to)} returning a.*`,
  );

/** No row: as with an alarm. */
export const assignIncident = (incident: Incident, { by, to, note }: Assignment) =>
  settle(
    { ...incident, type: 'incidentAssigned', by, body: { key: incident.key, to, note } },
    sql`update ${incidents} a set assigned_to = ${to}::text, assigned_at = now(), assigned_n = a.opened_n
      from mark where a.station = mark.station and a.key = ${incident.key} and a.closed_at is null
        and ${standsAs(sql`a.assigned_n = a.opened_n`, incident, to)} returning a.*`,
  );

/** It is with whom it was when it was read, and that is somebody else. */
const standsAs = (counts: SQL, { assignedTo }: { assignedTo: string | null }, to: string | null): SQL =>
  sql`(case when ${counts} then a.assigned_to end) is not distinct from ${assignedTo}::text
      and ${assignedTo}::text is distinct from ${to}::text`;

/** No row: it had been closed. */
export const closeIncident = (incident: Incident, { by, note }: Settlement) =>
  settle(
    { ...incident, type: 'incidentClosed', by, body: { key: incident.key, note } },
    sql`update ${incidents} a set closed_at = now(), closed_detail = ${note}::text, closed_by = ${by}, closed_by_n = a.opened_n
      from mark where a.station = mark.station and a.key = ${incident.key} and a.closed_at is null returning a.*`,
  );

/** No row: it had been resolved. */
export const resolveDeadLetter = (letter: DeadLetter, { by, note }: Settlement) =>
  settle(
    {
      station: letter.station,
      bay: null,
      swap: null,
      type: 'deadLetterResolved',
      by,
      body: { id: letter.id, journalId: letter.journalId, seq: letter.seq, note },
    },
    sql`update ${deadLetters} a set resolved_at = now(), resolved_by = ${by}, resolved_note = ${note}::text
      from mark where a.station = mark.station and a.id = ${letter.id} and a.resolved_at is null returning a.*`,
  );

interface StaffAct {
  station: string;
  bay: string | null;
  swap: string | null;
  type: string;
  by: string;
  body: object;
}

/**
 * One statement: the row, the station's gate, the log line, a word to the owner. `change` returns the row when there was something to
 * change, and everything else hangs on that, so that of two people who close the same thing one closes it and the other leaves nothing.
 *
 * - The machines need not be asked: no machine reads these rows, they only write them.
 * - The mark is locked first, as in the engine's statement. An incident and its mark are thus never locked in two orders, and a commit of the
 *   engine that opens or closes the same row comes wholly before or wholly after. Coming after the lock, `change` sees the row as it is then.
 * - The version rises because the log's next number is taken: an owner that has stepped meanwhile loses its check and loads anew.
 */
function settle(act: StaffAct, change: SQL): Statement<Settled> {
  const { station, bay, swap, type, by, body } = act;
  return statement<Settled>({
    parts: {
      mark: sql`select station from ${stationMarks} where station = ${station} for update`,
      changed: change,
      gate: sql`
        update ${stationMarks} k set version = k.version + 1, event_n = k.event_n + 1, changed_at = now()
        from changed where k.station = changed.station returning k.station, k.version, k.event_n`,
      log: sql`
        insert into ${events} (station, n, occurred_at, source, type, bay, swap, cause, body)
        select station, event_n, now(), 'staff', ${type}, ${bay}::text, ${swap}::text, ${by}, ${JSON.stringify(body)}::text::jsonb from gate`,
      wake: sql`
        insert into ${wakeups} (station, version) select station, version from gate
        on conflict (station) do update set version = excluded.version`,
    },
    result: sql`select to_jsonb(changed) as settled, pg_notify(${wakeChannel}, gate.station) from gate, changed`,
  });
}
