import { and, asc, count, eq, gt, inArray, isNull, ne, sql } from 'drizzle-orm';
import type { StationType } from '../../machines/contract.ts';
import { batteries } from '../../schema/tables/batteries.ts';
import { custody } from '../../schema/tables/custody.ts';
import { events } from '../../schema/tables/events.ts';
import { slots } from '../../schema/tables/slots.ts';
import { stationMarks } from '../../schema/tables/station-marks.ts';
import { stations } from '../../schema/tables/stations.ts';
import { swaps } from '../../schema/tables/swaps.ts';
import type { Slot, Station } from '../../schema/wire/api/station.ts';
import { stationId } from '../../schema/wire/ids.ts';
import { cursorCodec, type Page, toPage } from '../api/cursor.ts';
import { ofStations, type Scope } from '../api/scope.ts';
import type { Database } from '../db/client.ts';
import { prepared, query } from '../db/prepared.ts';

const cursor = cursorCodec('stations', stationId);

/** Stations in service, by id. */
export async function listStations(
  db: Database,
  scope: Scope,
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<Station>> {
  const after = cursor.decode(page.cursor);
  const rows = await readSome(db, { inService: true, stations: scope.stations, after, limit: page.limit + 1 });
  return toPage(
    rows,
    page.limit,
    (row) => cursor.encode(row.id),
    (row) => row,
  );
}

/** All stations in service, or those named. */
export const readStations = (db: Database, ids?: readonly string[]): Promise<Station[]> =>
  readSome(db, { inService: true, stations: ids ?? null, after: null, limit: 100_000 });

export async function readStation(db: Database, id: string): Promise<Station | null> {
  const [row] = await readSome(db, { inService: false, stations: [id], after: null, limit: 1 });
  return row ?? null;
}

interface StationRequest {
  /** False: retired ones too. */
  inService: boolean;
  stations: readonly string[] | null;
  after: string | null;
  limit: number;
}

const readSome = async (db: Database, request: StationRequest): Promise<Station[]> =>
  (await selectStations(db, request)).map(toStation);

const selectStations = prepared<StationRequest>()(({ inService, stations: among, after, limit }) => {
  const packs = query
    .select({ station: custody.station, packs: count().as('packs'), ready: dispatchable.as('ready') })
    .from(custody)
    .innerJoin(batteries, eq(batteries.code, custody.pack))
    .where(eq(custody.station, stations.id))
    .groupBy(custody.station)
    .as('station_packs');
  // Open swaps are few at any time: counted for all stations by the index that leaves the completed ones out.
  const open = query
    .select({ station: swaps.station, open: count().as('open') })
    .from(swaps)
    .where(and(inArray(swaps.state, ['requested', 'running', 'needs-person']), ne(swaps.state, sql`'completed'`)))
    .groupBy(swaps.station)
    .as('open_swaps');
  return query
    .select({ station: stations, mark: stationMarks, packs: packs.packs, ready: packs.ready, open: open.open })
    .from(stations)
    .leftJoin(stationMarks, eq(stationMarks.station, stations.id))
    .leftJoinLateral(packs, sql`true`)
    .leftJoin(open, eq(open.station, stations.id))
    .where(
      and(
        inService ? isNull(stations.retiredAt) : undefined,
        ofStations(stations.id, { stations: among }),
        after === null ? undefined : gt(stations.id, after),
      ),
    )
    .orderBy(asc(stations.id))
    .limit(limit);
});

/** Packs in slots that a swap could have now. */
const dispatchable = sql<number>`count(*) filter (where ${custody.kind} = 'slot' and ${batteries.ready}
  and ${batteries.status} = 'inService' and ${batteries.alarmLevel} < 2 and ${batteries.reservedBy} is null)`.mapWith(
  Number,
);

interface StationRow {
  station: typeof stations.$inferSelect;
  mark: typeof stationMarks.$inferSelect | null;
  packs: number | null;
  ready: number | null;
  open: number | null;
}

export function toStation({ station, mark, packs, ready, open }: StationRow): Station {
  const type = station.type as StationType;
  return {
    id: station.id,
    name: station.name,
    city: station.city,
    address: station.address,
    location: { lat: station.lat, lon: station.lon },
    simulated: station.simulated,
    timeScale: mark?.timeScale ?? 1,
    online: (mark?.linkUp && mark.reconciled) ?? false,
    bays: type.bays,
    slots: type.slots,
    powerLimitW: type.stationPowerW,
    packs: packs ?? 0,
    readyPacks: ready ?? 0,
    openSwaps: open ?? 0,
    journalId: mark?.journalId ?? null,
    pendingJournalId: mark?.pendingJournalId ?? null,
    eventN: mark?.eventN ?? 0,
    changedAt: mark?.changedAt.toISOString() ?? null,
  };
}

/** Slots of the named stations with the packs in them, by station and number. A slot nobody has written about is free. */
export async function readSlots(db: Database, ids: readonly string[]): Promise<Slot[]> {
  const among = [...ids];
  // Three plain reads by index: in one join the planner guesses a thousand slots per station and reads all packs of all stations.
  const [sizes, written, stored] = await Promise.all([
    db
      .select({ id: stations.id, type: stations.type })
      .from(stations)
      .where(inArray(stations.id, among))
      .orderBy(asc(stations.id)),
    db.select().from(slots).where(inArray(slots.station, among)),
    db
      .select({ place: custody.place, battery: batteries })
      .from(custody)
      .innerJoin(batteries, eq(batteries.code, custody.pack))
      .where(and(inArray(custody.station, among), eq(custody.kind, 'slot'))),
  ]);
  const bySlot = new Map(written.map((slot) => [`${slot.station}/slot/${slot.slot}`, slot]));
  const byPlace = new Map(stored.map(({ place, battery }) => [place, battery]));
  return sizes.flatMap(({ id, type }) =>
    Array.from({ length: (type as StationType).slots }, (_, index): Slot => {
      const place = `${id}/slot/${index + 1}`;
      const slot = bySlot.get(place);
      const battery = byPlace.get(place);
      return {
        station: id,
        slot: index + 1,
        pack: battery ? toSlotPack(battery) : null,
        charging: slot?.charging ?? false,
        locked: slot?.locked ?? false,
        reservedBy: slot?.reservedBy ?? null,
      };
    }),
  );
}

const toSlotPack = (battery: typeof batteries.$inferSelect): NonNullable<Slot['pack']> => ({
  code: battery.code,
  model: battery.model,
  socPct: battery.socPct,
  sohPct: battery.sohPct,
  ready: battery.ready,
  alarmLevel: battery.alarmLevel,
  status: battery.status,
  reservedBy: battery.reservedBy,
});

/** For the broker: SHA-256 of the station's secret; null for a station that is not known, is retired or has none. */
export async function findSecretHash(db: Database, id: string): Promise<string | null> {
  const [row] = await db
    .select({ hash: stations.mqttSecretHash })
    .from(stations)
    .where(and(eq(stations.id, id), isNull(stations.retiredAt)));
  return row?.hash ?? null;
}

/** Did this journal count for the station before? By index `events_staff`: adoptions are few. */
export async function wasJournalOf(db: Database, station: string, journalId: string): Promise<boolean> {
  const named = sql`${events.body} ->> 'journalId' = ${journalId} or ${events.body} ->> 'before' = ${journalId}`;
  const rows = await db
    .select({ n: events.n })
    .from(events)
    .where(
      and(eq(events.station, station), eq(events.source, 'staff'), eq(events.type, 'adoptJournal'), sql`(${named})`),
    )
    .limit(1);
  return rows.length > 0;
}
