/**
 * May this pack go into this car? Pure data against pure data, asked before the old pack is unlocked: a pack that fits its frame and whose
 * firmware the car does not understand once left a car dead for forty minutes.
 *
 * What is not known decides nothing, what is demanded and not known decides against:
 * - a car nobody has enrolled, an empty list of the car and a model nobody has described demand nothing;
 * - a demand that the other side cannot be seen to meet (a pack without a firmware, a car without one) is not met.
 */

/** What `battery_models` says of a pack's model. */
export interface ModelFacts {
  mechanicalInterface: string;
  electricalInterface: string;
  /** BMS firmware that may be dispatched, both ends included; null: no such end. */
  firmwareFrom: string | null;
  firmwareTo: string | null;
  /** Least firmware of a vehicle that understands the model; null: any. */
  vehicleFirmwareFrom: string | null;
  /** Absent: not needed by whoever asks. */
  nominalV?: number;
}

export interface PackTraits {
  model: string;
  firmware: string;
  /** Absent or null: a model nobody has described. */
  modelFacts?: ModelFacts | null | undefined;
}

/** Each list empty: the car takes any. */
export interface VehicleTraits {
  models: readonly string[];
  firmwares: readonly string[];
  mechanicalInterfaces?: readonly string[] | undefined;
  electricalInterfaces?: readonly string[] | undefined;
  /** The car's own. */
  firmware?: string | null | undefined;
}

/** In the order of the questions: what cannot be changed first. */
export type Incompatibility =
  | 'model'
  | 'mechanicalInterface'
  | 'electricalInterface'
  | 'packFirmware'
  | 'vehicleFirmware';

export function incompatibilityOf(pack: PackTraits, vehicle: VehicleTraits | undefined): Incompatibility | null {
  const model = pack.modelFacts ?? null;
  if (vehicle && !takes(vehicle.models, pack.model)) return 'model';
  if (vehicle && model) {
    if (!takes(vehicle.mechanicalInterfaces, model.mechanicalInterface)) return 'mechanicalInterface';
    if (!takes(vehicle.electricalInterfaces, model.electricalInterface)) return 'electricalInterface';
  }
  if (model && !isWithin(pack.firmware, model.firmwareFrom, model.firmwareTo)) return 'packFirmware';
  if (vehicle && !takes(vehicle.firmwares, pack.firmware)) return 'packFirmware';
  if (vehicle && model && !isWithin(vehicle.firmware ?? '', model.vehicleFirmwareFrom, null)) return 'vehicleFirmware';
  return null;
}

/** Firmware can be changed at the station; frame and connector cannot. */
export const isFirmware = (why: Incompatibility): boolean => why === 'packFirmware' || why === 'vehicleFirmware';

const takes = (list: readonly string[] | undefined, one: string): boolean =>
  list === undefined || list.length === 0 || list.includes(one);

const isWithin = (version: string, from: string | null, to: string | null): boolean =>
  (from === null && to === null) ||
  (version !== '' &&
    (from === null || compareVersions(version, from) >= 0) &&
    (to === null || compareVersions(version, to) <= 0));

/**
 * Orders versions as people read them: numbers by their value, the rest by letters, part by part; `2.4` is before `2.4.1`, and `2.10` after `2.9`.
 * What stands before the first digit (`v`, `bms-`) is a name and does not count.
 */
export function compareVersions(a: string, b: string): number {
  const left = partsOf(a);
  const right = partsOf(b);
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const difference = compareParts(left[at], right[at]);
    if (difference !== 0) return difference;
  }
  return 0;
}

type Part = number | string | undefined;

function compareParts(a: Part, b: Part): number {
  if (a === b) return 0;
  // A release is before its own further parts, and a numbered part is after a lettered one.
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'number') return 1;
  if (typeof b === 'number') return -1;
  return a < b ? -1 : 1;
}

const partsOf = (version: string): (number | string)[] =>
  (version.replace(/^[^0-9]*/, '').match(/[0-9]+|[A-Za-z]+/g) ?? []).map((part) =>
    /^[0-9]/.test(part) ? Number(part) : part.toLowerCase(),
  );
