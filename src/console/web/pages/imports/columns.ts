import type { UserRole } from '../../../../../schema/wire/api/access.ts';
import type { ImportKind } from '../../../../../schema/wire/api/import.ts';

/** Those a file may have; docs/imports.md says what each means. */
export const columnsOf: Readonly<Record<ImportKind, string>> = {
  batteries: 'code, model, owner, firmware, sohPct, status, place',
  vehicles: 'vin, plate, fleet, models, firmwares, mechanicalInterfaces, electricalInterfaces',
  users: 'email, name, role, organisation, stations, language',
};

const kindsByRole: Partial<Record<UserRole, readonly ImportKind[]>> = {
  admin: ['batteries', 'vehicles', 'users'],
  operations: ['batteries', 'vehicles'],
  fleet: ['vehicles'],
};

export const kindsFor = (role: string): readonly ImportKind[] => kindsByRole[role as UserRole] ?? [];
