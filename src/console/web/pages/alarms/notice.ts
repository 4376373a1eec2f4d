import type { Alarm, Incident } from '../../../../../schema/wire/api/log.ts';
import type { SiteAlarm } from '../../../../../schema/wire/api/site-alarm.ts';

/** An alarm of a station or of a second-life site, or an incident, as the list shows them. */
export interface Notice {
  kind: 'alarm' | 'incident' | 'siteAlarm';
  id: string;
  /** Id of the station, or of the site. */
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
  /** Number of its line in the station's log; null: a site has none. */
  eventN: number | null;
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

export const ofSiteAlarm = (alarm: SiteAlarm): Notice => ({
  ...alarm,
  kind: 'siteAlarm',
  station: alarm.site,
  bay: null,
  place: null,
  packs: [],
  swap: null,
  at: alarm.raisedAt,
  endedAt: alarm.clearedAt,
  times: 1,
  eventN: null,
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
