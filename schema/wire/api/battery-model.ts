import { z } from 'zod';
import { safeText } from '../ids.ts';
import { orNull, utcInstant } from './common.ts';

/** As the BMS names it. */
export const batteryModelId = z
  .string()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9 ._/+-]{0,30}[A-Za-z0-9])?$/, 'must be a model such as PLN-E50');

const interfaceName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/, 'must be a name such as frame-a');
export const interfaceNames = z.array(interfaceName).max(20);
const firmware = safeText(32).min(1);

const fields = {
  name: safeText(80).min(1),
  chemistry: z.enum(['NiMH', 'LFP', 'LMO', 'LCO', 'NCM', 'NCA', 'LTO', 'supercapacitor', 'other']),
  nominalWh: z.number().positive().max(1_000_000),
  nominalV: z.number().positive().max(2000),
  massKg: z.number().positive().max(5000),
  /** Frame, bolts and bearings. */
  mechanicalInterface: interfaceName,
  /** Connector, voltage class and coolant coupling. */
  electricalInterface: interfaceName,
  /** BMS firmware that may be dispatched, both ends included; null: no such end. */
  firmwareFrom: orNull(firmware),
  firmwareTo: orNull(firmware),
  /** Least firmware of a vehicle that understands this model; null: any. */
  vehicleFirmwareFrom: orNull(firmware),
};

export const batteryModel = z
  .object({ id: z.string(), ...fields, edition: z.int(), createdAt: utcInstant, changedAt: utcInstant })
  .meta({ id: 'BatteryModel' });
export type BatteryModel = z.infer<typeof batteryModel>;

const example = {
  id: 'PLN-E50',
  name: 'Pitlane 50 kWh',
  chemistry: 'NCM',
  nominalWh: 50_000,
  nominalV: 350,
  massKg: 320,
  mechanicalInterface: 'frame-a',
  electricalInterface: 'plug-400',
  firmwareFrom: '2.0',
  firmwareTo: null,
  vehicleFirmwareFrom: null,
};

export const newBatteryModel = z
  .strictObject({
    id: batteryModelId,
    ...fields,
    firmwareFrom: fields.firmwareFrom.default(null),
    firmwareTo: fields.firmwareTo.default(null),
    vehicleFirmwareFrom: fields.vehicleFirmwareFrom.default(null),
  })
  .meta({ id: 'NewBatteryModel', examples: [example] });

export const batteryModelChange = z
  .strictObject(fields)
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'must change something')
  .meta({ id: 'BatteryModelChange', examples: [{ firmwareFrom: '2.4', vehicleFirmwareFrom: '7.1' }] });
