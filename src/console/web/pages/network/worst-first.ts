import type { StationRow } from './station-row.ts';

/** What may be wrong with a station, the worst first. A station counts as the worst that holds of it. */
export const troubles = [
  /** An alarm of level 3 or 4 is active. */
  'danger',
  /** A bay is emergency-stopped. */
  'stopped',
  /** The service does not hear it: nobody knows how it is. */
  'silent',
  /** A bay waits for a person, or an incident is open. */
  'needsPerson',
  /** Open, and has no pack for the next car. */
  'empty',
  /** A car that comes now waits longer than `longWaitMs`. */
  'queue',
  /** An alarm of level 1 or 2, or a bay on hold. */
  'warned',
  /** Closed now or in maintenance, as planned. */
  'away',
  'none',
] as const;
export type Trouble = (typeof troubles)[number];

export const longWaitMs = 10 * 60_000;

const holds: Readonly<Record<Trouble, (row: StationRow) => boolean>> = {
  danger: ({ alarms }) => alarms[2] + alarms[3] > 0,
  stopped: ({ bays }) => bays.some(({ state }) => state === 'emergencyStopped'),
  silent: ({ station }) => !station.online,
  needsPerson: ({ bays, incidents }) => incidents > 0 || bays.some(({ state }) => state === 'faulted'),
  empty: ({ station, now }) => station.readyPacks === 0 && now?.openNow !== false && now?.inMaintenance !== true,
  queue: ({ now }) => (now?.expectedWaitMs ?? 0) > longWaitMs,
  warned: ({ alarms, bays }) => alarms[0] + alarms[1] > 0 || bays.some(({ state }) => state === 'held'),
  away: ({ bays, now }) =>
    now?.openNow === false ||
    now?.inMaintenance === true ||
    (bays.length > 0 && bays.every(({ state }) => state === 'maintenance')),
  none: () => true,
};

/** Each row is judged once, however often it is compared. */
const judged = new WeakMap<StationRow, Trouble>();

export function troubleOf(row: StationRow): Trouble {
  const known = judged.get(row);
  if (known !== undefined) return known;
  const trouble = troubles.find((each) => holds[each](row)) ?? 'none';
  judged.set(row, trouble);
  return trouble;
}

/** 0: the worst. */
export const rankOf = (row: StationRow): number => troubles.indexOf(troubleOf(row));

const highestAlarm = ({ alarms }: StationRow): number => alarms.findLastIndex((count) => count > 0) + 1;

/**
 * Who needs somebody first: the worse trouble, then the higher alarm, more alarms that nobody has acknowledged, the longer wait, fewer ready packs; then
 * by id, so that equals keep their places.
 */
export function worstFirst(a: StationRow, b: StationRow): number {
  return (
    rankOf(a) - rankOf(b) ||
    highestAlarm(b) - highestAlarm(a) ||
    b.unacknowledged - a.unacknowledged ||
    (b.now?.expectedWaitMs ?? 0) - (a.now?.expectedWaitMs ?? 0) ||
    a.station.readyPacks - b.station.readyPacks ||
    byId(a, b)
  );
}

const byId = (a: StationRow, b: StationRow): number => (a.station.id < b.station.id ? -1 : 1);

export const orders = {
  worst: worstFirst,
  wait: (a, b) => (b.now?.expectedWaitMs ?? -1) - (a.now?.expectedWaitMs ?? -1) || byId(a, b),
  packs: (a, b) => a.station.readyPacks - b.station.readyPacks || byId(a, b),
  name: byId,
} satisfies Record<string, (a: StationRow, b: StationRow) => number>;
export type Order = keyof typeof orders;

const attention: ReadonlySet<Trouble> = new Set(['danger', 'stopped', 'silent', 'needsPerson', 'empty', 'queue']);
/** Whether somebody should do something about it now. */
export const needsSomebody = (trouble: Trouble): boolean => attention.has(trouble);
