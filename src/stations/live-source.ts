import { and, desc, eq, inArray, ne, sql } from 'drizzle-orm';
import { stationMarks } from '../../schema/tables/station-marks.ts';
import { stations } from '../../schema/tables/stations.ts';
import { swaps } from '../../schema/tables/swaps.ts';
import type { Bay } from '../../schema/wire/api/station.ts';
import type { StreamDelta } from '../../schema/wire/api/stream.ts';
import type { Swap } from '../../schema/wire/api/swap.ts';
import type { LiveSource } from '../api/stream/hub.ts';
import type { Database } from '../db/client.ts';
import { toSwap } from '../swaps/queries.ts';
import { readActive } from './log-queries.ts';
import { readSlots, readStations } from './queries.ts';
import { readTelemetry } from './telemetry.ts';

/** Ended swaps that the stream still shows, per station: enough to see how each one ended. */
const newestSwaps = 6;

/** Reads what the live stream shows from the database. */
export function createLiveSource(db: Database, readBays: (ids: readonly string[]) => Promise<Bay[]>): LiveSource {
  // Its own messages come every ten seconds; what was written a moment ago by another process may become visible late.
  const overlapMs = 5_000;
  let readUpTo = new Date(0);
  return {
    async readTelemetry() {
      const values = await readTelemetry(db, new Date(readUpTo.getTime() - overlapMs));
      for (const { receivedAt } of values) if (receivedAt > readUpTo.toISOString()) readUpTo = new Date(receivedAt);
      return values.map((value): StreamDelta => ({ type: 'telemetry', value }));
    },
    readVersions: () => db.select({ station: stationMarks.station, version: stationMarks.version }).from(stationMarks),
    read: (ids) => readAll(db, readBays, ids),
  };
}

async function readAll(
  db: Database,
  readBays: (ids: readonly string[]) => Promise<Bay[]>,
  ids: readonly string[],
): Promise<StreamDelta[]> {
  const [inService, bays, slots, recent, { alarms, incidents }] = await Promise.all([
    readStations(db, ids),
    readBays(ids),
    readSlots(db, ids),
    readRecentSwaps(db, ids),
    readActive(db, ids),
  ]);
  return [
    ...inService.map((value): StreamDelta => ({ type: 'station', value })),
    ...bays.map((value): StreamDelta => ({ type: 'bay', value })),
    ...slots.map((value): StreamDelta => ({ type: 'slot', value })),
    ...recent.map((value): StreamDelta => ({ type: 'swap', value })),
    ...alarms.map((value): StreamDelta => ({ type: 'alarm', value })),
    ...incidents.map((value): StreamDelta => ({ type: 'incident', value })),
  ];
}

async function readRecentSwaps(db: Database, ids: readonly string[]): Promise<Swap[]> {
  const newest = db
    .select()
    .from(swaps)
    .where(eq(swaps.station, stations.id))
    .orderBy(desc(swaps.inPositionAt), desc(swaps.id))
    .limit(newestSwaps)
    .as('newest');
  const [recent, open] = await Promise.all([
    db
      .select()
      .from(stations)
      .innerJoinLateral(newest, sql`true`)
      .where(inArray(stations.id, [...ids])),
    db
      .select()
      .from(swaps)
      .where(
        and(
          inArray(swaps.state, ['requested', 'running', 'needs-person']),
          ne(swaps.state, sql`'completed'`),
          inArray(swaps.station, [...ids]),
        ),
      ),
  ]);
  const byId = new Map([...recent.map((row) => row.newest), ...open].map((row) => [row.id, toSwap(row)]));
  return [...byId.values()];
}
