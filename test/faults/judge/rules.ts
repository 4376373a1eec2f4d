import type { CommandType } from '../../../schema/wire/commands.ts';
import type { Device } from '../../../station-sim/world/model.ts';

/** A bay as the facts so far have left it. A device nobody has moved yet is undefined: then nothing is claimed about it. */
export interface BayNow {
  device: Partial<Record<Device, string>>;
  vin: string | null;
  vehicle: 'entering' | 'inPosition' | 'leaving' | 'gone';
  /** Pack the car drove in with. */
  cameWith: string | null;
  /** Pack in the frame of the car. */
  frame: string | null;
  lift: string | null;
}

type Rule = [says: string, holds: (bay: BayNow) => boolean];

const is = (device: Device, ...values: string[]): Rule => [
  `${device} must be ${values.join(' or ')}`,
  (bay) => bay.device[device] === undefined || values.includes(bay.device[device] ?? ''),
];
const not = (device: Device, value: string): Rule => [
  `${device} is ${value} already`,
  (bay) => bay.device[device] !== value,
];
const inPosition: Rule = ['no car on the stops', (bay) => bay.vehicle === 'inPosition'];

/**
 * What must be true of the world when a motion begins. Written from the contract's words and not from the simulator's interlocks, so
 * that a wrong interlock shows as a violation here.
 */
export const beginRules: Record<Exclude<CommandType, 'setChargeLimit'>, Rule[]> = {
  authorise: [inPosition],
  positionAndClamp: [inPosition, not('clamps', 'closed'), is('vehicleLift', 'down')],
  liftVehicle: [inPosition, is('clamps', 'closed'), not('vehicleLift', 'up'), is('packLift', 'down')],
  unlockPack: [
    is('vehicleLift', 'up'),
    is('packLock', 'locked', 'between'),
    ['no pack in the car', (bay) => bay.frame !== null],
    ['a pack is on the lift', (bay) => bay.lift === null],
  ],
  lowerPack: [is('vehicleLift', 'up'), is('packLock', 'unlocked', 'noPack'), not('packLift', 'down')],
  exchange: [is('packLift', 'down')],
  raisePack: [
    is('vehicleLift', 'up'),
    not('packLift', 'up'),
    ['no pack on the lift', (bay) => bay.lift !== null],
    ['a pack is in the car', (bay) => bay.frame === null],
  ],
  lockPack: [is('vehicleLift', 'up'), not('packLift', 'down')],
  verifyPack: [is('packLock', 'locked'), ['no pack in the car', (bay) => bay.frame !== null]],
  lowerVehicle: [is('packLock', 'locked'), not('vehicleLift', 'down'), is('packLift', 'down')],
  release: [
    is('vehicleLift', 'down'),
    is('packLift', 'down'),
    ['released already', (bay) => !(bay.device.clamps === 'open' && bay.device.exitLight === 'green')],
  ],
  fetchPack: [],
  stowPack: [],
  connectCharger: [],
  isolatePack: [],
};

/** What must be true at the moment a device takes a position by machine. */
export function deviceRules(device: Device, to: string): Rule[] {
  if (device === 'clamps' && to === 'open') return [is('vehicleLift', 'down')];
  if (device === 'clamps' && to === 'closed') return [inPosition];
  if (device === 'vehicleLift' && to === 'up') return [is('clamps', 'closed')];
  if (device === 'vehicleLift' && to === 'down') {
    return [is('packLock', 'locked'), ['the car has no pack', (bay) => bay.frame !== null]];
  }
  if (device === 'packLock' && to === 'unlocked') return [is('vehicleLift', 'up'), is('packLift', 'up')];
  return [];
}

/** It was towed away without a pack once, and is let go again as it came. */
const cameEmpty = ({ cameWith, frame }: BayNow): boolean => cameWith === null && frame === null;

/** What must be true when a car drives off. */
export const driveOffRules: Rule[] = [
  is('clamps', 'open'),
  is('vehicleLift', 'down'),
  ['packLock must be locked', (bay) => bay.device.packLock === 'locked' || cameEmpty(bay)],
  ['the car has no pack', (bay) => bay.frame !== null || cameEmpty(bay)],
];

export const broken = (rules: readonly Rule[], bay: BayNow): string[] =>
  rules.filter(([, holds]) => !holds(bay)).map(([says]) => says);
