import { and, asc, eq, gt, type SQL, sql } from 'drizzle-orm';
import { custody } from '../../schema/tables/custody.ts';
import { vehicles } from '../../schema/tables/vehicles.ts';
import type { Vehicle } from '../../schema/wire/api/vehicle.ts';
import { vin } from '../../schema/wire/ids.ts';
import { judgeVin } from '../../schema/wire/vin-check.ts';
import { cursorCodec, type Page, toPage } from '../api/cursor.ts';
import type { Scope } from '../api/scope.ts';
import { seesVehicle } from '../api/tenancy.ts';
import type { Database } from '../db/client.ts';
import { prepared, query } from '../db/prepared.ts';

export type VehicleRow = typeof vehicles.$inferSelect;

export interface VehicleFilter {
  fleet?: string | undefined;
  plate?: string | undefined;
}

const listCursor = cursorCodec('vehicles', vin);

/** The pack the ledger has in the car. */
const packIn = sql<
  string | null
>`(select c.pack from ${custody} c where c.kind = 'vehicle' and c.place = 'vehicle/' || ${vehicles.vin})`;

const select = (where: SQL | undefined) =>
  query.select({ vehicle: vehicles, pack: packIn }).from(vehicles).where(where);

/** By VIN. Walks the key, or `vehicles_by_fleet`, `vehicles_by_plate` when filtered. */
export async function listVehicles(
  db: Database,
  scope: Scope,
  filter: VehicleFilter,
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<Vehicle>> {
  const after = listCursor.decode(page.cursor);
  const rows = await selectPage(db, { scope, filter, after, limit: page.limit + 1 });
  return toPage(
    rows,
    page.limit,
    (row) => listCursor.encode(row.vehicle.vin),
    (row) => toVehicle(row.vehicle, row.pack),
  );
}

const selectPage = prepared<{ scope: Scope; filter: VehicleFilter; after: string | null; limit: number }>()(
  ({ scope, filter: { fleet, plate }, after, limit }) =>
    select(
      and(
        seesVehicle(scope),
        fleet === undefined ? undefined : eq(vehicles.fleet, fleet),
        plate === undefined ? undefined : eq(vehicles.plate, plate),
        after === null ? undefined : gt(vehicles.vin, after),
      ),
    )
      .orderBy(asc(vehicles.vin))
      .limit(limit),
);

export async function readVehicle(db: Database, scope: Scope, code: string): Promise<Vehicle | null> {
  const [row] = await selectOne(db, { scope, code });
  return row ? toVehicle(row.vehicle, row.pack) : null;
}

const selectOne = prepared<{ scope: Scope; code: string }>()(({ scope, code }) =>
  select(and(eq(vehicles.vin, code), seesVehicle(scope))),
);

export function toVehicle({ lastSeenAt, createdAt, changedBy: _, ...same }: VehicleRow, pack: string | null): Vehicle {
  return {
    ...same,
    vinCheck: judgeVin(same.vin),
    lastSeenAt: lastSeenAt?.toISOString() ?? null,
    pack,
    createdAt: createdAt.toISOString(),
  };
}
