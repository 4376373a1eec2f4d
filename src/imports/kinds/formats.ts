import type { ImportKind } from '../../../schema/wire/api/import.ts';
import { batteryRows } from './battery-rows.ts';
import type { RowFormat } from './format.ts';
import { userRows } from './user-rows.ts';
import { vehicleRows } from './vehicle-rows.ts';

export const formats: Readonly<Record<ImportKind, RowFormat>> = {
  batteries: batteryRows,
  vehicles: vehicleRows,
  users: userRows,
};
