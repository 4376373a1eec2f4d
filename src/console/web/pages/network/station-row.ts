import type { Alarm, Incident } from '../../../../../schema/wire/api/log.ts';
import type { Bay, Station, StationNow } from '../../../../../schema/wire/api/station.ts';

/** All that the network's table and map show of one station. */
export interface StationRow {
  station: Station;
  bays: readonly Bay[];
  /** How many alarms are active of the levels 1 to 4. */
  alarms: readonly [number, number, number, number];
  /** Active alarms that nobody has acknowledged. */
  unacknowledged: number;
  /** Open. */
  incidents: number;
  /** As last asked of the service; null: not known yet. */
  now: Pick<StationNow, 'openNow' | 'inMaintenance' | 'expectedWaitMs' | 'powerW'> | null;
}

interface Sources {
  stations: readonly Station[];
  bays: readonly Bay[];
  alarms: readonly Alarm[];
  incidents: readonly Incident[];
  waits: ReadonlyMap<string, StationNow>;
}

/** One row for each station, in no order. */
export function rowsOf({ stations, bays, alarms, incidents, waits }: Sources): StationRow[] {
  const baysOf = groupBy(bays);
  const alarmsOf = groupBy(alarms.filter(({ clearedAt }) => clearedAt === null));
  const incidentsOf = groupBy(incidents.filter(({ closedAt }) => closedAt === null));
  return stations.map((station): StationRow => {
    const active = alarmsOf.get(station.id) ?? [];
    const ofLevel = (level: number) => active.filter((alarm) => alarm.level === level).length;
    return {
      station,
      bays: (baysOf.get(station.id) ?? []).toSorted((a, b) => a.bay.localeCompare(b.bay)),
      alarms: [ofLevel(1), ofLevel(2), ofLevel(3), ofLevel(4)],
      unacknowledged: active.filter(({ acknowledgedAt }) => acknowledgedAt === null).length,
      incidents: incidentsOf.get(station.id)?.length ?? 0,
      now: nowOf(waits.get(station.id)),
    };
  });
}

function nowOf(wait: StationNow | undefined): StationRow['now'] {
  if (!wait) return null;
  const { openNow, inMaintenance, expectedWaitMs, powerW } = wait;
  return { openNow, inMaintenance, expectedWaitMs, powerW };
}

function groupBy<T extends { station: string }>(things: readonly T[]): ReadonlyMap<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const thing of things) {
    const group = groups.get(thing.station);
    if (group) group.push(thing);
    else groups.set(thing.station, [thing]);
  }
  return groups;
}
