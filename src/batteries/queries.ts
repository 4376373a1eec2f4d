import { and, asc, desc, eq, gt, lt, ne, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { batteries } from '../../schema/tables/batteries.ts';
import { batteryModels } from '../../schema/tables/battery-models.ts';
import { custody, custodyMoves } from '../../schema/tables/custody.ts';
import { swaps } from '../../schema/tables/swaps.ts';
import { vehicles } from '../../schema/tables/vehicles.ts';
import type { Battery, CustodyMove } from '../../schema/wire/api/battery.ts';
import { packCode } from '../../schema/wire/ids.ts';
import { cursorCodec, type Page, toPage } from '../api/cursor.ts';
import { ofStations, type Scope } from '../api/scope.ts';
import type { Database } from '../db/client.ts';

type BatteryRow = typeof batteries.$inferSelect;
type CustodyRow = typeof custody.$inferSelect;
type MoveRow = typeof custodyMoves.$inferSelect;

export interface BatteryFilter {
  station?: string | undefined;
  status?: BatteryRow['status'] | undefined;
  place?: CustodyRow['kind'] | undefined;
  vehicle?: string | undefined;
  model?: string | undefined;
  owner?: string | undefined;
}

const listCursor = cursorCodec('batteries', packCode);
const movesCursor = cursorCodec('custody', z.tuple([packCode, z.int().min(0)]));

/** By code. Walks the key of `batteries`, or `custody_station`, `custody_kind`, `batteries_not_in_service` when filtered. */
export async function listBatteries(
  db: Database,
  scope: Scope,
  filter: BatteryFilter,
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<Battery>> {
  const after = listCursor.decode(page.cursor);
  // A fleet sees packs in cars only: whatever else it asks for is not there, and not looked for.
  const elsewhere = filter.station !== undefined || (filter.place !== undefined && filter.place !== 'vehicle');
  if (scope.fleet !== null && elsewhere) return { items: [], nextCursor: null };
  const conditions: (SQL | undefined)[] = [
    packsIn(scope, await hasManyCars(db, scope.fleet)),
    filter.station === undefined ? undefined : eq(custody.station, filter.station),
    filter.place === undefined ? undefined : eq(custody.kind, filter.place),
    filter.vehicle === undefined
      ? undefined
      : and(eq(custody.kind, 'vehicle'), eq(custody.place, `vehicle/${filter.vehicle}`)),
    filter.model === undefined ? undefined : eq(batteries.model, filter.model),
    filter.owner === undefined ? undefined : eq(batteries.owner, filter.owner),
    filter.status === undefined ? undefined : eq(batteries.status, filter.status),
    // Said again in the words of the partial index, so that the planner may use it.
    filter.status === undefined || filter.status === 'inService' ? undefined : ne(batteries.status, sql`'inService'`),
    after === null ? undefined : gt(batteries.code, after),
  ];
  const rows = await db
    .select({ battery: batteries, custody, nominalWh: batteryModels.nominalWh })
    .from(batteries)
    // The cursor stands on both sides of the join: else the places of all packs before it are read too.
    .leftJoin(custody, and(eq(custody.pack, batteries.code), after === null ? undefined : gt(custody.pack, after)))
    .leftJoin(batteryModels, eq(batteryModels.id, batteries.model))
    .where(and(...conditions))
    .orderBy(asc(batteries.code))
    .limit(page.limit + 1);
  return toPage(
    rows,
    page.limit,
    (row) => listCursor.encode(row.battery.code),
    (row) => toBattery(row.battery, row.custody, row.nominalWh),
  );
}

/**
 * Packs of a scope: now in its stations, or in a swap under way there (under the car a pack is in no station); now in a car of its fleet; an owner's.
 */
function packsIn({ stations, fleet, owner }: Scope, manyCars = false): SQL | undefined {
  const among = sql`any(${sql.param([...(stations ?? [])])}::text[])`;
  // Sets of codes, so that the planner may begin with the few packs of a small fleet or station.
  return and(
    owner === null ? undefined : eq(batteries.owner, owner),
    stations === null
      ? undefined
      : sql`${batteries.code} in (
          select held.pack from ${custody} held where held.station = ${among}
          union all select unnest(array[s.pack_in, s.pack_out]) from ${swaps} s
          where s.station = ${among} and s.state in ('requested', 'running', 'needs-person') and s.state <> 'completed')`,
    fleet === null ? undefined : manyCars ? inSomeCarOf(fleet) : inFewCarsOf(fleet),
  );
}

/** Begins with the cars: for a fleet of few. */
const inFewCarsOf = (fleet: string): SQL => sql`${batteries.code} in (
  select held.pack from ${vehicles} mine
  join ${custody} held on held.kind = 'vehicle' and held.place = 'vehicle/' || mine.vin where mine.fleet = ${fleet})`;

/** Walks the packs by code: in a large fleet the next page of them is never far. A question about each pack, so that it cannot be turned round. */
const inSomeCarOf = (fleet: string): SQL => sql`(
  select mine.fleet from ${custody} held join ${vehicles} mine on mine.vin = split_part(held.place, '/', 2)
  where held.pack = ${batteries.code} and held.kind = 'vehicle') = ${fleet}`;

/** Where both ways of finding a page of a fleet's packs cost about the same: the root of page times packs, for some hundred thousand packs. */
const manyCarsFrom = 2_500;

async function hasManyCars(db: Database, fleet: string | null): Promise<boolean> {
  if (fleet === null) return false;
  const rows = await db
    .select({ vin: vehicles.vin })
    .from(vehicles)
    .where(eq(vehicles.fleet, fleet))
    .orderBy(asc(vehicles.vin))
    .offset(manyCarsFrom)
    .limit(1);
  return rows.length > 0;
}

/** Moves of a scope: at its stations, in swaps of its fleet. */
const movesIn = (scope: Scope): SQL | undefined =>
  and(
    ofStations(custodyMoves.station, scope),
    scope.fleet === null
      ? undefined
      : sql`exists (select from ${swaps} s where s.id = ${custodyMoves.swap} and s.fleet = ${scope.fleet})`,
  );

export async function readBattery(db: Database, scope: Scope, code: string): Promise<Battery | null> {
  const [row] = await db
    .select({ battery: batteries, custody, nominalWh: batteryModels.nominalWh })
    .from(batteries)
    .leftJoin(custody, eq(custody.pack, batteries.code))
    .leftJoin(batteryModels, eq(batteryModels.id, batteries.model))
    .where(and(eq(batteries.code, code), packsIn(scope)));
  return row ? toBattery(row.battery, row.custody, row.nominalWh) : null;
}

/** Moves of one pack, newest first. */
export async function listMoves(
  db: Database,
  scope: Scope,
  code: string,
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<CustodyMove>> {
  const after = movesCursor.decode(page.cursor);
  const rows = await db
    .select()
    .from(custodyMoves)
    .where(
      and(eq(custodyMoves.pack, code), movesIn(scope), after === null ? undefined : lt(custodyMoves.version, after[1])),
    )
    .orderBy(desc(custodyMoves.version))
    .limit(page.limit + 1);
  return toPage(rows, page.limit, (row) => movesCursor.encode([code, row.version]), toMove);
}

export function toBattery(
  row: BatteryRow,
  at: Pick<CustodyRow, 'kind' | 'place' | 'station' | 'since'> | null,
  nominalWh: number | null,
): Battery {
  return {
    code: row.code,
    model: row.model,
    firmware: row.firmware,
    owner: row.owner,
    socPct: row.socPct,
    sohPct: row.sohPct,
    energyWh: row.energyWh,
    ready: row.ready,
    alarmLevel: row.alarmLevel,
    status: row.status,
    reservedBy: row.reservedBy,
    chargeThroughputWh: row.chargeWh,
    chargeThroughputAh: row.chargeAh,
    fullCycles: nominalWh === null ? null : Math.round((100 * row.chargeWh) / nominalWh) / 100,
    minCellC: row.minCellC,
    maxCellC: row.maxCellC,
    negativeEvents: row.negativeEvents,
    swapCount: row.swapCount,
    edition: row.edition,
    place: at && { kind: at.kind, place: at.place, station: at.station, since: at.since.toISOString() },
  };
}

function toMove(row: MoveRow): CustodyMove {
  return {
    version: row.version,
    from: row.fromKind !== null && row.fromPlace !== null ? { kind: row.fromKind, place: row.fromPlace } : null,
    to: { kind: row.toKind, place: row.toPlace },
    station: row.station,
    eventN: row.eventN,
    bay: row.bay,
    swap: row.swap,
    cause: row.cause,
    by: row.by,
    reason: row.reason,
    reading: row.reading,
    occurredAt: row.occurredAt.toISOString(),
    recordedAt: row.recordedAt.toISOString(),
  };
}
