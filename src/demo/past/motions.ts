import type { CommandType } from '../../../schema/wire/commands.ts';
import type { BaySensors } from '../../../schema/wire/sensors.ts';

/** Parameters of any command, as far as the station of the past looks at them. */
export interface Params {
  pack?: string;
  slot?: number;
  berth?: number;
  give?: { pack: string; berth: number } | null;
  take?: { pack: string; berth: number } | null;
}

interface Motion {
  seconds: number;
  sensors: Partial<BaySensors>;
  /** Packs read at the hand-over, place by place. */
  reads: (params: Params) => { place: string; pack: string | undefined }[];
}

const nothing: Motion['reads'] = () => [];

/** What healthy equipment does for a command. */
export const motions: Partial<Record<CommandType, Motion>> = {
  authorise: { seconds: 2, sensors: {}, reads: nothing },
  positionAndClamp: { seconds: 12, sensors: { clamps: 'closed' }, reads: nothing },
  liftVehicle: { seconds: 6, sensors: { vehicleLift: 'up' }, reads: nothing },
  unlockPack: { seconds: 8, sensors: { packLift: 'up', packLock: 'unlocked' }, reads: nothing },
  lowerPack: {
    seconds: 6,
    sensors: { packLift: 'down', packLock: 'noPack' },
    reads: ({ pack }) => [{ place: 'bay/1/lift', pack }],
  },
  exchange: {
    seconds: 12,
    sensors: {},
    reads: ({ give, take }) => [
      ...(give ? [{ place: `bay/1/berth/${give.berth}`, pack: give.pack }] : []),
      ...(take ? [{ place: 'bay/1/lift', pack: take.pack }] : []),
    ],
  },
  raisePack: { seconds: 6, sensors: { packLift: 'up', packLock: 'unlocked' }, reads: nothing },
  lockPack: {
    seconds: 8,
    sensors: { packLock: 'locked', packLift: 'down' },
    reads: ({ pack }) => [{ place: 'bay/1/vehicle', pack }],
  },
  verifyPack: { seconds: 8, sensors: {}, reads: nothing },
  lowerVehicle: { seconds: 6, sensors: { vehicleLift: 'down' }, reads: nothing },
  release: { seconds: 4, sensors: { clamps: 'open', exitLight: 'green' }, reads: nothing },
  fetchPack: {
    seconds: 25,
    sensors: { shuttle: 'atLift' },
    reads: ({ pack, berth }) => [{ place: `bay/1/berth/${berth}`, pack }],
  },
  stowPack: {
    seconds: 20,
    sensors: { shuttle: 'atSlot' },
    reads: ({ pack, slot }) => [{ place: `slot/${slot}`, pack }],
  },
  connectCharger: { seconds: 5, sensors: {}, reads: nothing },
};

export const resting: BaySensors = {
  vehiclePresent: false,
  clamps: 'open',
  vehicleLift: 'down',
  packLock: 'noPack',
  packLift: 'down',
  shuttle: 'atSlot',
  exitLight: 'red',
  emergencyStop: false,
};
