import type { Command, CommandOutcome, FailureReason } from '../../../schema/wire/commands.ts';
import { unreadable } from '../../../schema/wire/ids.ts';
import type { BaySensors, PackReading } from '../../../schema/wire/sensors.ts';

/** What the scripted station does with one command instead of carrying it out. */
export interface Script {
  outcome: CommandOutcome;
  reason?: FailureReason;
  /** Carries the motion out all the same before it reports this outcome. */
  moves?: boolean;
  /** Says nothing at all. */
  silent?: boolean;
  sensors?: Partial<BaySensors>;
  /** Reads this code where the first pack should have come. */
  wrongRead?: string;
}

export interface Read {
  place: string;
  code: string | null;
  reading: PackReading | null;
}

/** The least equipment that obeys the contract: sensors, places, and what each command does to them. One bay. */
export interface Equipment {
  sensors: BaySensors;
  /** Pack by wire place. */
  at: Map<string, string>;
  /** Packs whose code no reader can read. */
  dirty: Set<string>;
}

/** What a reader says of a place. */
export const readAt = ({ at, dirty }: Equipment, place: string): string | null => {
  const code = at.get(place) ?? null;
  return code !== null && dirty.has(code) ? unreadable : code;
};

export const restingSensors: BaySensors = {
  vehiclePresent: false,
  clamps: 'open',
  vehicleLift: 'down',
  packLock: 'noPack',
  packLift: 'down',
  shuttle: 'atSlot',
  exitLight: 'red',
  emergencyStop: false,
};

const vehicle = 'bay/1/vehicle';
const lift = 'bay/1/lift';
const berth = (n: number) => `bay/1/berth/${n}`;

/** Packs that came with a car are numbered from 900. */
const isOld = (code: string) => Number(code.slice(-7)) >= 900;

/** Carries out a command at once and gives the packs read on the way. */
export function carryOut(equipment: Equipment, command: Command): Read[] {
  const { sensors, at } = equipment;
  const reads: Read[] = [];
  const move = (from: string, to: string) => {
    const code = at.get(from);
    if (code === undefined) return;
    at.delete(from);
    at.set(to, code);
    reads.push({ place: to, code: readAt(equipment, to), reading: { socPct: isOld(code) ? 20 : 95 } });
  };
  switch (command.type) {
    case 'authorise':
      sensors.vehiclePresent = true;
      break;
    case 'verifyPack':
      sensors.packLock = 'locked';
      break;
    case 'positionAndClamp':
      sensors.clamps = 'closed';
      break;
    case 'liftVehicle':
      sensors.vehicleLift = 'up';
      break;
    case 'unlockPack':
      sensors.packLock = 'unlocked';
      sensors.packLift = 'up';
      break;
    case 'lowerPack':
      sensors.packLock = 'noPack';
      sensors.packLift = 'down';
      if (at.has(vehicle)) move(vehicle, lift);
      break;
    case 'exchange':
      sensors.shuttle = 'atLift';
      sensors.packLift = 'down';
      if (command.params.give) move(lift, berth(command.params.give.berth));
      if (command.params.take) move(berth(command.params.take.berth), lift);
      break;
    case 'raisePack':
      sensors.packLock = 'unlocked';
      sensors.packLift = 'up';
      break;
    case 'lockPack':
      sensors.packLock = 'locked';
      sensors.packLift = 'down';
      if (at.has(lift)) move(lift, vehicle);
      else reads.push({ place: vehicle, code: readAt(equipment, vehicle), reading: null });
      break;
    case 'lowerVehicle':
      sensors.vehicleLift = 'down';
      break;
    case 'release':
      sensors.clamps = 'open';
      sensors.exitLight = 'green';
      break;
    case 'fetchPack':
      sensors.shuttle = 'atLift';
      move(`slot/${command.params.slot}`, berth(command.params.berth));
      break;
    case 'stowPack':
      sensors.shuttle = 'atSlot';
      move(berth(command.params.berth), `slot/${command.params.slot}`);
      break;
    case 'isolatePack':
      sensors.shuttle = 'atSlot';
      move(command.params.from, command.params.to);
      break;
    default:
      break;
  }
  return reads;
}
