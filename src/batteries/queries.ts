import { and, asc, desc, eq, gt, lt, lte, ne, type Placeholder, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { batteries } from '../../schema/tables/batteries.ts';
import { batteryModels } from '../../schema/tables/battery-models.ts';
import { custody, custodyMoves } from '../../schema/tables/custody.ts';
import { swaps } from '../../schema/tables/swaps.ts';
import { vehicles } from '../../schema/tables/vehicles.ts';
import type { Battery, CustodyMove } from '../../schema/wire/api/battery.ts';
import { packCode } from '../../schema/wire/ids.ts';
import { cursorCodec, type Page, toPage } from '../api/cursor.ts';
import { ofStations, type Scope, type ScopeOrSlots } from '../api/scope.ts';
import type { Database } from '../db/client.ts';
import { prepared, query, type Slots } from '../db/prepared.ts';

type BatteryRow = typeof batteries.$inferSelect;
type CustodyRow = typeof custody.$inferSelect;
type MoveRow = typeof custodyMoves.$inferSelect;

export interface BatteryFilter {
  /** What the code begins with. */
  code?: string | undefined;
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
  const notInService = filter.status !== undefined && filter.status !== 'inService';
  const manyCars = scope.fleet !== null && (await hasManyCars(db, scope.fleet));
  const upTo = manyCars && notInService ? await lastLookedAt(db, filter.status, after) : null;
  const outside = filter.place !== undefined && outsideKinds.has(filter.place);
  const request = { scope, filter, manyCars, notInService, outside, after, upTo, limit: page.limit + 1 };
  const { items, nextCursor } = toPage(
    await selectPage(db, request),
    page.limit,
    (row) => listCursor.encode(row.battery.code),
    (row) => toBattery(row.battery, row.custody, row.nominalWh),
  );
  return { items, nextCursor: nextCursor ?? (upTo === null ? null : listCursor.encode(upTo)) };
}

const outsideKinds: ReadonlySet<CustodyRow['kind']> = new Set([
  'vehicle',
  'truck',
  'workshop',
  'delivery',
  'secondLifeSite',
  'recycler',
]);

/** Packs that one page looks at when hardly any of them is the caller's. */
const mostLookedAt = 2_000;

/**
 * Hardly a pack that has left traffic is in a car, and no index knows both: a large fleet's page looks at so many of that status and no more, ends
 * there, and the next one goes on. Null: the page may look at all that are left.
 */
async function lastLookedAt(db: Database, status: BatteryRow['status'] | undefined, after: string | null) {
  const [last] = await selectOneFarther(db, { status, after });
  return last?.code ?? null;
}

const selectOneFarther = prepared<{ status: BatteryRow['status'] | undefined; after: string | null }>()(
  ({ status, after }) =>
    query
      .select({ code: batteries.code })
      .from(batteries)
      .where(
        and(
          status === undefined ? undefined : eq(batteries.status, status),
          ne(batteries.status, sql`'inService'`),
          after === null ? undefined : gt(batteries.code, after),
        ),
      )
      .orderBy(asc(batteries.code))
      .offset(mostLookedAt)
      .limit(1),
);

interface PageRequest {
  scope: Scope;
  filter: BatteryFilter;
  manyCars: boolean;
  notInService: boolean;
  /** Places are asked for that are in no station. */
  outside: boolean;
  after: string | null;
  upTo: string | null;
  limit: number;
}

const selectPage = prepared<PageRequest>()(({ scope, filter, manyCars, notInService, outside, after, upTo, limit }) =>
  query
    .select({ battery: batteries, custody, nominalWh: batteryModels.nominalWh })
    .from(batteries)
    // The cursor stands on both sides of the join: else the places of all packs before it are read too.
    .leftJoin(custody, and(eq(custody.pack, batteries.code), after === null ? undefined : gt(custody.pack, after)))
    .leftJoin(batteryModels, eq(batteryModels.id, batteries.model))
    .where(
      and(
        packsIn(scope, { manyCars, outside }),
        // A span of codes, which their index knows; they are capitals and digits, and nothing comes after Z.
        filter.code === undefined
          ? undefined
          : sql`${batteries.code} between ${filter.code}::text and rpad(${filter.code}::text, 24, 'Z')`,
        filter.station === undefined ? undefined : eq(custody.station, filter.station),
        filter.place === undefined ? undefined : eq(custody.kind, filter.place),
        filter.vehicle === undefined
          ? undefined
          : and(eq(custody.kind, 'vehicle'), eq(custody.place, sql`'vehicle/' || ${filter.vehicle}::text`)),
        filter.model === undefined ? undefined : eq(batteries.model, filter.model),
        filter.owner === undefined ? undefined : eq(batteries.owner, filter.owner),
        filter.status === undefined ? undefined : eq(batteries.status, filter.status),
        // Said again in the words of the partial index, so that the planner may use it.
        notInService ? ne(batteries.status, sql`'inService'`) : undefined,
        after === null ? undefined : gt(batteries.code, after),
        upTo === null ? undefined : lte(batteries.code, upTo),
      ),
    )
    .orderBy(asc(batteries.code))
    .limit(limit),
);

/**
 * Packs of a scope: now in its stations, or in a swap under way there (under the car a pack is in no station); now in a car of its fleet; an owner's.
 */
export function packsIn(
  { stations, fleet, owner }: Slots<Scope>,
  { manyCars, outside } = { manyCars: false, outside: false },
): SQL | undefined {
  const among = sql`any(${stations}::text[])`;
  // What is in a station is at no place outside: left out, the planner sees how few the others are.
  const inStations = outside
    ? sql``
    : sql`select held.pack from ${custody} held where held.station = ${among} union all`;
  // Sets of codes, so that the planner may begin with the few packs of a small fleet or station.
  return and(
    owner === null ? undefined : eq(batteries.owner, owner),
    stations === null
      ? undefined
      : sql`${batteries.code} in (
          ${inStations} select unnest(array[s.pack_in, s.pack_out]) from ${swaps} s
          where s.station = ${among} and s.state in ('requested', 'running', 'needs-person') and s.state <> 'completed')`,
    fleet === null ? undefined : manyCars ? inSomeCarOf(fleet) : inFewCarsOf(fleet),
  );
}

/** Begins with the cars: for a fleet of few. */
const inFewCarsOf = (fleet: Placeholder): SQL => sql`${batteries.code} in (
  select held.pack from ${vehicles} mine
  join ${custody} held on held.kind = 'vehicle' and held.place = 'vehicle/' || mine.vin where mine.fleet = ${fleet})`;

/** Walks the packs by code: in a large fleet the next page of them is never far. A question about each pack, so that it cannot be turned round. */
const inSomeCarOf = (fleet: Placeholder): SQL => sql`(
  select mine.fleet from ${custody} held join ${vehicles} mine on mine.vin = split_part(held.place, '/', 2)
  where held.pack = ${batteries.code} and held.kind = 'vehicle') = ${fleet}`;

/** Where both ways of finding a page of a fleet's packs cost about the same: the root of page times packs, for some hundred thousand packs. */
const manyCarsFrom = 2_500;

const hasManyCars = async (db: Database, fleet: string): Promise<boolean> =>
  (await selectOneOfMany(db, { fleet })).length > 0;

const selectOneOfMany = prepared<{ fleet: string }>()(({ fleet }) =>
  query
    .select({ vin: vehicles.vin })
    .from(vehicles)
    .where(eq(vehicles.fleet, fleet))
    .orderBy(asc(vehicles.vin))
    .offset(manyCarsFrom)
    .limit(1),
);

/** Moves of a scope: at its stations, in swaps of its fleet. */
export const movesIn = (scope: ScopeOrSlots): SQL | undefined =>
  and(
    ofStations(custodyMoves.station, scope),
    scope.fleet === null
      ? undefined
      : sql`exists (select from ${swaps} s where s.id = ${custodyMoves.swap} and s.fleet = ${scope.fleet})`,
  );

export async function readBattery(db: Database, scope: Scope, code: string): Promise<Battery | null> {
  const [row] = await selectOne(db, { scope, code });
  return row ? toBattery(row.battery, row.custody, row.nominalWh) : null;
}

const selectOne = prepared<{ scope: Scope; code: string }>()(({ scope, code }) =>
  query
    .select({ battery: batteries, custody, nominalWh: batteryModels.nominalWh })
    .from(batteries)
    .leftJoin(custody, eq(custody.pack, batteries.code))
    .leftJoin(batteryModels, eq(batteryModels.id, batteries.model))
    .where(and(eq(batteries.code, code), packsIn(scope))),
);

/** Moves of one pack, newest first. */
export async function listMoves(
  db: Database,
  scope: Scope,
  code: string,
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<CustodyMove>> {
  const after = movesCursor.decode(page.cursor);
  const rows = await selectMoves(db, { scope, code, after: after?.[1] ?? null, limit: page.limit + 1 });
  return toPage(rows, page.limit, (row) => movesCursor.encode([code, row.version]), toMove);
}

const selectMoves = prepared<{ scope: Scope; code: string; after: number | null; limit: number }>()(
  ({ scope, code, after, limit }) =>
    query
      .select()
      .from(custodyMoves)
      .where(
        and(eq(custodyMoves.pack, code), movesIn(scope), after === null ? undefined : lt(custodyMoves.version, after)),
      )
      .orderBy(desc(custodyMoves.version))
      .limit(limit),
);

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

export function toMove(row: MoveRow): CustodyMove {
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
