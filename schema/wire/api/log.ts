import { z } from 'zod';
import { bayId, journalId, stationId, swapId } from '../ids.ts';
import { userRole } from './access.ts';
import { orNull, utcInstant } from './common.ts';

/** A line of the append-only log: who or what caused a change, and what followed. */
export const logEvent = z
  .object({
    station: stationId,
    /** 1, 2, … per station, without gaps. */
    n: z.int(),
    recordedAt: utcInstant,
    /** By the station's clock for what the station said. */
    occurredAt: utcInstant,
    source: z.enum(['record', 'hello', 'timer', 'action', 'link', 'gap', 'reservation', 'staff', 'deadLetter']),
    type: z.string(),
    bay: orNull(bayId),
    swap: orNull(swapId),
    /** Key, command or timer that caused it. */
    cause: orNull(z.string()),
    body: z.unknown(),
    /** What followed: effects, and what was ignored in which state. */
    decided: z.unknown(),
    journalId: orNull(journalId),
    seq: orNull(z.int()),
  })
  .meta({ id: 'LogEvent' });
export type LogEvent = z.infer<typeof logEvent>;

/** What people did with an alarm or an incident. */
export const acknowledgement = {
  /** Somebody has seen it; null again when it comes anew. */
  acknowledgedAt: orNull(utcInstant),
  /** Id of the key. */
  acknowledgedBy: orNull(z.string()),
  acknowledgedNote: orNull(z.string()),
  /** The person who sees to it, `user:<id>`; null again when it comes anew. */
  assignedTo: orNull(z.string()),
  assignedAt: orNull(utcInstant),
};

/** `station/key`: names an alarm or an incident. In a path its slashes are `%2F`. */
const keyedId = z.string().regex(/^[a-z0-9-]{1,32}\/[A-Za-z0-9./-]{1,200}$/, 'must be the id of a list item');
export const alarmId = keyedId.meta({ examples: ['bj-001/smoke/slots'] });
export const incidentId = keyedId.meta({ examples: ['bj-001/moved/PLNPE50VC4SD0SE1R0000007'] });

export const alarm = z
  .object({
    id: alarmId,
    station: stationId,
    key: z.string(),
    /** GB/T 32960: 1 note, 2 pack excluded, 3 slot locked, 4 thermal event. */
    level: z.int().min(1).max(4),
    code: z.string(),
    bay: orNull(bayId),
    place: orNull(z.string()),
    pack: orNull(z.string()),
    detail: z.string(),
    raisedAt: utcInstant,
    /** Number of the line in the station's log that raised it. */
    eventN: z.int(),
    /** Null while active. */
    clearedAt: orNull(utcInstant),
    times: z.int(),
    ...acknowledgement,
  })
  .meta({ id: 'Alarm' });
export type Alarm = z.infer<typeof alarm>;

/** Somebody who can be given an alarm or an incident of a station. */
export const stationPerson = z
  .object({ id: z.string().meta({ examples: ['user:u562a95833159'] }), name: z.string(), role: userRole })
  .meta({ id: 'StationPerson' });
export type StationPerson = z.infer<typeof stationPerson>;

/** Something a person has to look into. */
export const incident = z
  .object({
    id: incidentId,
    station: stationId,
    key: z.string(),
    code: z.string(),
    bay: orNull(bayId),
    swap: orNull(swapId),
    packs: z.array(z.string()),
    detail: z.string(),
    openedAt: utcInstant,
    /** Number of the line in the station's log that opened it. */
    eventN: z.int(),
    /** Null while open. */
    closedAt: orNull(utcInstant),
    closedDetail: orNull(z.string()),
    /** Id of the key when a person closed it; null when it closed by itself. */
    closedBy: orNull(z.string()),
    times: z.int(),
    ...acknowledgement,
  })
  .meta({ id: 'Incident' });
export type Incident = z.infer<typeof incident>;

/** A record that was well wrapped and could not be used. */
export const deadLetter = z
  .object({
    id: z.int(),
    station: stationId,
    journalId,
    seq: z.int(),
    boot: z.int(),
    type: z.string(),
    problem: z.string(),
    payload: z.string(),
    eventN: z.int(),
    recordedAt: utcInstant,
    resolvedAt: orNull(utcInstant),
    resolvedBy: orNull(z.string()),
    resolvedNote: orNull(z.string()),
  })
  .meta({ id: 'DeadLetter' });
export type DeadLetter = z.infer<typeof deadLetter>;
