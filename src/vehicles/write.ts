import { sql } from 'drizzle-orm';
import type { z } from 'zod';
import { vehicles } from '../../schema/tables/vehicles.ts';
import type { newVehicle, Vehicle, vehicleChange } from '../../schema/wire/api/vehicle.ts';
import { editionIs } from '../api/etag.ts';
import { type Statement, statement } from '../db/statement.ts';
import { assignments } from '../inventory/change.ts';
import { actParts, marksPart, notified } from '../inventory/station-act.ts';

export type NewVehicle = z.output<typeof newVehicle>;
export type VehicleChange = z.output<typeof vehicleChange>;
type Row = Record<string, unknown>;

const textArray = (items: readonly string[]) => sql`${sql.param([...items])}::text[]`;

/** No row: the VIN is there, be it as a car that came to a station and that nobody has enrolled. */
export const createVehicle = (car: NewVehicle, by: string): Statement<Row> =>
  statement<Row>({
    parts: {
      made: sql`
        insert into ${vehicles} (vin, plate, fleet, models, firmwares, mechanical_interfaces, electrical_interfaces, changed_by)
        select ${car.vin}, ${car.plate}::text, ${car.fleet}::text, ${textArray(car.models)}, ${textArray(car.firmwares)},
          ${textArray(car.mechanicalInterfaces)}, ${textArray(car.electricalInterfaces)}, ${by}
        on conflict (vin) do nothing returning *`,
    },
    result: sql`select * from made`,
  });

/** Under the gate of the station that saw the car last: it may stand there now, and what it takes is asked before its pack is unlocked. */
export function changeVehicle(
  { vin, lastStation }: Vehicle,
  change: VehicleChange,
  { by, expected }: { by: string; expected: readonly number[] | null },
): Statement<Row> {
  const stations = lastStation === null ? [] : [lastStation];
  const changed = sql`
    update ${vehicles} set changed_by = ${by}, ${assignments({
      plate: change.plate,
      fleet: change.fleet,
      models: change.models,
      firmwares: change.firmwares,
      mechanical_interfaces: change.mechanicalInterfaces,
      electrical_interfaces: change.electricalInterfaces,
    })}
    where ${vehicles.vin} = ${vin} and ${editionIs(vehicles.edition, expected)} and (select count(*) from marks) >= 0 returning *`;
  return statement<Row>({
    parts: {
      marks: marksPart(stations),
      changed,
      agreed: sql`select vin from changed`,
      ...actParts({ stations, type: 'vehicleChanged', by, body: { vin, ...change } }),
    },
    result: sql`select changed.*, ${notified} as told from changed`,
  });
}
