import type { Command } from '../../schema/wire/commands.ts';
import type { BaySensors } from '../../schema/wire/sensors.ts';
import type { StationState } from '../contract.ts';
import { berthKey, liftKey, packAt, slotKey, vehicleKey } from './places.ts';

/** What sensors and pack reads say about a command. */
export interface Evidence {
  command: Command;
  sensors: BaySensors;
  state: StationState;
  bay: string;
  /** Vehicle in the bay; empty when none. */
  vin: string;
}

type Test = (sensors: BaySensors) => boolean;
type Type = Command['type'];

const always: Test = () => true;

/** Sensor guard of every step: how the bay reads when the step is done. */
const endReads: Record<Type, Test> = {
  authorise: (s) => s.vehiclePresent,
  positionAndClamp: (s) => s.clamps === 'closed',
  liftVehicle: (s) => s.vehicleLift === 'up',
  unlockPack: (s) => s.packLock === 'unlocked' && s.packLift === 'up',
  lowerPack: (s) => s.packLock === 'noPack' && s.packLift === 'down',
  exchange: (s) => s.packLift === 'down',
  raisePack: (s) => s.packLock === 'unlocked' && s.packLift === 'up',
  lockPack: (s) => s.packLock === 'locked' && s.packLift === 'down',
  verifyPack: (s) => s.packLock === 'locked',
  lowerVehicle: (s) => s.vehicleLift === 'down',
  release: (s) => s.clamps === 'open' && s.exitLight === 'green',
  fetchPack: (s) => s.shuttle === 'atLift',
  stowPack: (s) => s.shuttle === 'atSlot',
  connectCharger: always,
  isolatePack: (s) => s.shuttle === 'atSlot',
  setChargeLimit: always,
};

/** How the bay reads while the step has not begun. */
const startReads: Record<Type, Test> = {
  authorise: (s) => s.vehiclePresent,
  positionAndClamp: (s) => s.clamps === 'open',
  liftVehicle: (s) => s.vehicleLift === 'down',
  unlockPack: (s) => s.packLock === 'locked',
  lowerPack: (s) => s.packLock === 'unlocked' && s.packLift === 'up',
  exchange: (s) => s.packLift === 'down' && s.shuttle !== 'between',
  raisePack: (s) => s.packLock === 'noPack' && s.packLift === 'down',
  lockPack: (s) => s.packLock === 'unlocked' && s.packLift === 'up',
  verifyPack: (s) => s.packLock === 'locked',
  lowerVehicle: (s) => s.vehicleLift === 'up',
  release: (s) => s.clamps === 'closed' || (s.clamps === 'open' && s.exitLight === 'red'),
  fetchPack: (s) => s.shuttle !== 'between',
  stowPack: (s) => s.shuttle !== 'between',
  connectCharger: always,
  isolatePack: (s) => s.shuttle !== 'between',
  setChargeLimit: always,
};

/** Steps that leave no trace a sensor could show: repeating them moves nothing that matters. */
const traceless: ReadonlySet<Type> = new Set(['authorise', 'verifyPack', 'connectCharger', 'setChargeLimit']);

/** Steps after which a pack must have been read at a new place. */
const carrying: ReadonlySet<Type> = new Set([
  'lowerPack',
  'exchange',
  'lockPack',
  'fetchPack',
  'stowPack',
  'isolatePack',
]);

/** What can come of a step at all, so that no machine has a transition that nothing can take. */
export const traitsOf = (step: Type) => ({
  /** A pack comes to a new place: reads may be missing, or show another pack. */
  carries: carrying.has(step),
  /** The sensors show whether it is done. */
  leavesTrace: !traceless.has(step),
  /** Some sensor can contradict it. */
  checked: endReads[step] !== always,
});

interface Journey {
  pack: string;
  from: string;
  to: string;
}

/** Packs that the command carries, by ledger keys. */
export function journeys(command: Command, station: string, bay: string, vin: string): Journey[] {
  const lift = liftKey(station, bay);
  const berth = (n: number) => berthKey(station, bay, n);
  switch (command.type) {
    case 'lowerPack':
      return [{ pack: command.params.pack, from: vehicleKey(vin), to: lift }];
    case 'lockPack':
      return [{ pack: command.params.pack, from: lift, to: vehicleKey(vin) }];
    case 'exchange': {
      const { give, take } = command.params;
      const given = give ? [{ pack: give.pack, from: lift, to: berth(give.berth) }] : [];
      return take ? [...given, { pack: take.pack, from: berth(take.berth), to: lift }] : given;
    }
    case 'fetchPack':
      return [
        { pack: command.params.pack, from: slotKey(station, command.params.slot), to: berth(command.params.berth) },
      ];
    case 'stowPack':
      return [
        { pack: command.params.pack, from: berth(command.params.berth), to: slotKey(station, command.params.slot) },
      ];
    case 'isolatePack':
      return [
        { pack: command.params.pack, from: `${station}/${command.params.from}`, to: `${station}/${command.params.to}` },
      ];
    default:
      return [];
  }
}

/**
 * Is a step that the station calls completed proved? `awaited`: the sensors agree and a pack read is still missing; `misplaced`: another
 * pack, or none, was read where one should have come; `contradicted`: the sensors say otherwise, so it never counts as done.
 */
export type Proof = 'proved' | 'awaited' | 'misplaced' | 'contradicted';

export function prove(evidence: Evidence): Proof {
  const { command, sensors, state, bay, vin } = evidence;
  if (!endReads[command.type](sensors)) return 'contradicted';
  let proof: Proof = 'proved';
  const all = journeys(command, state.station, bay, vin);
  for (const { pack, to } of all) {
    const there = packAt(state, to)?.code;
    if (there === pack) continue;
    // A pack that this very command is to take away from there is not in the wrong place yet.
    const leaving = all.some((other) => other.from === to && other.pack === there);
    if ((there !== undefined && !leaving) || state.packs[pack]?.place.kind === 'unknown') return 'misplaced';
    proof = 'awaited';
  }
  return proof;
}

/** What a motion without a trustworthy result has come to. */
export type Assessment = 'done' | 'notBegun' | 'between';

export function assess(evidence: Evidence): Assessment {
  const { command, sensors, state, bay, vin } = evidence;
  if (!traceless.has(command.type) && prove(evidence) === 'proved') return 'done';
  const atHome = journeys(command, state.station, bay, vin).every(
    ({ pack, from }) => packAt(state, from)?.code === pack,
  );
  // A lock that has been undone again reads like one that was never closed: `lockPack` may find its pack in the vehicle.
  const home = atHome || (command.type === 'lockPack' && packAt(state, vehicleKey(vin))?.code === command.params.pack);
  return startReads[command.type](sensors) && home ? 'notBegun' : 'between';
}
