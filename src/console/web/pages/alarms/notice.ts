import type { Alarm, Incident } from '../../../../../schema/wire/api/log.ts';

/** An alarm or an incident, as the list shows both. */
export interface Notice {
  kind: 'alarm' | 'incident';
  id: string;
  station: string;
  /** GB/T 32960; null: an incident has none. */
  level: number | null;
  code: string;
  detail: string;
  bay: string | null;
  place: string | null;
  packs: readonly string[];
  swap: string | null;
  at: string;
  endedAt: string | null;
  times: number;
  eventN: number;
  acknowledgedAt: string | null;
  acknowledgedBy: string | null;
  acknowledgedNote: string | null;
  assignedTo: string | null;
}

export const ofAlarm = (alarm: Alarm): Notice => ({
  ...alarm,
  kind: 'alarm',
  packs: alarm.pack === null ? [] : [alarm.pack],
  swap: null,
  at: alarm.raisedAt,
  endedAt: alarm.clearedAt,
});

export const ofIncident = (incident: Incident): Notice => ({
  ...incident,
  kind: 'incident',
  level: null,
  place: null,
  at: incident.openedAt,
  endedAt: incident.closedAt,
});

export const keyOf = ({ kind, id }: Notice): string => `${kind} ${id}`;
export const isOpen = ({ endedAt }: Notice): boolean => endedAt === null;
export const isUnseen = (notice: Notice): boolean => isOpen(notice) && notice.acknowledgedAt === null;

/** How soon somebody should look: a person is waited for like at an alarm of level 3. */
const weight = ({ level }: Notice): number => level ?? 3;

/** What nobody has seen first, then the worst, then the newest. */
export function worstFirst(a: Notice, b: Notice): number {
  return (
    Number(isUnseen(b)) - Number(isUnseen(a)) ||
    weight(b) - weight(a) ||
    b.at.localeCompare(a.at) ||
    (a.id < b.id ? -1 : 1)
  );
}

export interface Choice {
  view: 'open' | 'unseen' | 'mine' | 'past';
  leastLevel: number;
  station: string;
}

export const fits = (notice: Notice, { view, leastLevel, station }: Choice, me: string): boolean =>
  (view === 'past' || isOpen(notice)) &&
  (view !== 'unseen' || isUnseen(notice)) &&
  (view !== 'mine' || notice.assignedTo === me) &&
  weight(notice) >= leastLevel &&
  (station === '' || notice.station === station);
