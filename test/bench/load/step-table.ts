import type { CommandType } from '../../../schema/wire/commands.ts';
import type { BaySensors } from '../../../schema/wire/sensors.ts';

type Mover = 'robot' | 'shuttle' | 'both';

/** What the scripted station does for one command. No physics: sensors and reads are what a healthy station would report. */
interface ScriptedStep {
  mover: Mover;
  /** Equipment ms reported, and waited for when the run has step times. */
  nominalMs: number;
  sensors: Partial<BaySensors>;
  /** Pack reads at this hand-over: place and the parameter that names the pack. */
  reads: (params: Params, bay: string) => { place: string; code: string | null; at: 'start' | 'end' }[];
}

/** Parameters of any command, as far as the script looks at them. */
export interface Params {
  pack?: string;
  slot?: number;
  berth?: number;
  give?: { pack: string; berth: number } | null;
  take?: { pack: string; berth: number } | null;
}

const nothing: ScriptedStep['reads'] = () => [];
const s = 1000;

/** Times are the nominal ones of the swap (DESIGN section 6); together 78 s at the vehicle. */
export const stepTable: Partial<Record<CommandType, ScriptedStep>> = {
  authorise: { mover: 'robot', nominalMs: 2 * s, sensors: {}, reads: nothing },
  positionAndClamp: { mover: 'robot', nominalMs: 12 * s, sensors: { clamps: 'closed' }, reads: nothing },
  liftVehicle: { mover: 'robot', nominalMs: 6 * s, sensors: { vehicleLift: 'up' }, reads: nothing },
  unlockPack: { mover: 'robot', nominalMs: 8 * s, sensors: { packLift: 'up', packLock: 'unlocked' }, reads: nothing },
  lowerPack: {
    mover: 'robot',
    nominalMs: 6 * s,
    sensors: { packLift: 'down', packLock: 'noPack' },
    reads: (p, bay) => [{ place: `bay/${bay}/lift`, code: p.pack ?? null, at: 'end' }],
  },
  exchange: {
    mover: 'both',
    nominalMs: 12 * s,
    sensors: {},
    reads: (p, bay) => [
      ...(p.give ? [{ place: `bay/${bay}/berth/${p.give.berth}`, code: p.give.pack, at: 'end' as const }] : []),
      ...(p.take ? [{ place: `bay/${bay}/lift`, code: p.take.pack, at: 'end' as const }] : []),
    ],
  },
  raisePack: { mover: 'robot', nominalMs: 6 * s, sensors: { packLift: 'up', packLock: 'unlocked' }, reads: nothing },
  lockPack: {
    mover: 'robot',
    nominalMs: 8 * s,
    sensors: { packLock: 'locked', packLift: 'down' },
    reads: (p, bay) => [{ place: `bay/${bay}/vehicle`, code: p.pack ?? null, at: 'end' }],
  },
  verifyPack: { mover: 'robot', nominalMs: 8 * s, sensors: {}, reads: nothing },
  lowerVehicle: { mover: 'robot', nominalMs: 6 * s, sensors: { vehicleLift: 'down' }, reads: nothing },
  release: { mover: 'robot', nominalMs: 4 * s, sensors: { clamps: 'open', exitLight: 'green' }, reads: nothing },
  fetchPack: {
    mover: 'shuttle',
    nominalMs: 25 * s,
    sensors: { shuttle: 'atLift' },
    reads: (p, bay) => [{ place: `bay/${bay}/berth/${p.berth}`, code: p.pack ?? null, at: 'end' }],
  },
  stowPack: {
    mover: 'shuttle',
    nominalMs: 20 * s,
    sensors: { shuttle: 'atSlot' },
    reads: (p) => [{ place: `slot/${p.slot}`, code: p.pack ?? null, at: 'end' }],
  },
  connectCharger: { mover: 'shuttle', nominalMs: 4 * s, sensors: {}, reads: nothing },
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
