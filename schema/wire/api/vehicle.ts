import { z } from 'zod';
import { packCode, safeText, stationId, vin } from '../ids.ts';
import { judgeVin } from '../vin-check.ts';
import { organisationId } from './access.ts';
import { batteryModelId, interfaceNames } from './battery-model.ts';
import { orNull, utcInstant } from './common.ts';

/** Chinese characters, letters and digits; plates of new-energy cars have eight. */
const plate = safeText(16).regex(/^[\p{L}\p{N}·-]{4,16}$/u, 'must be a number plate');

const fields = {
  plate: orNull(plate),
  fleet: orNull(organisationId),
  /** Pack models it takes; empty: any. */
  models: z.array(batteryModelId).max(50),
  /** BMS firmware it accepts; empty: any. */
  firmwares: z.array(safeText(32).min(1)).max(50),
  /** Interfaces it takes; empty: any. */
  mechanicalInterfaces: interfaceNames,
  electricalInterfaces: interfaceNames,
};

export const vehicle = z
  .object({
    vin,
    /** Whether the check digit is right: China demands one (`error`), elsewhere it may be anything (`warning`). */
    vinCheck: z.enum(['ok', 'warning', 'error']),
    ...fields,
    plate: orNull(z.string()),
    fleet: orNull(z.string()),
    models: z.array(z.string()),
    firmwares: z.array(z.string()),
    mechanicalInterfaces: z.array(z.string()),
    electricalInterfaces: z.array(z.string()),
    /** As the car said at its last visit. */
    firmware: orNull(z.string()),
    odometerKm: orNull(z.number()),
    lastStation: orNull(stationId),
    lastSeenAt: orNull(utcInstant),
    /** How often a pack was fitted into it. */
    swapCount: z.int(),
    /** From this day on it is swapped under a lease only (Asia/Shanghai); null: a car without lease. */
    leasedSince: orNull(z.iso.date()),
    /** The pack that is in it. */
    pack: orNull(packCode),
    edition: z.int(),
    createdAt: utcInstant,
  })
  .meta({ id: 'Vehicle' });
export type Vehicle = z.infer<typeof vehicle>;

/** A VIN that somebody writes down: a slip of the pen shows in the check digit where there must be one. */
export const writtenVin = vin.refine((text) => judgeVin(text) !== 'error', 'has a wrong check digit');

export const newVehicle = z
  .strictObject({
    vin: writtenVin,
    plate: fields.plate.default(null),
    fleet: fields.fleet.default(null),
    models: fields.models.default([]),
    firmwares: fields.firmwares.default([]),
    mechanicalInterfaces: fields.mechanicalInterfaces.default([]),
    electricalInterfaces: fields.electricalInterfaces.default([]),
  })
  .meta({
    id: 'NewVehicle',
    examples: [
      {
        vin: 'LNBSCB3F6JD100001',
        plate: '京AD12345',
        fleet: 'blue-taxi',
        models: ['PLN-E50'],
        mechanicalInterfaces: ['frame-a'],
      },
    ],
  });

export const vehicleChange = z
  .strictObject(fields)
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'must change something')
  .meta({ id: 'VehicleChange', examples: [{ fleet: 'green-taxi', firmwares: ['2.4.1', '2.5.0'] }] });
