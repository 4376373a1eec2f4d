import type { CommandType } from '../../schema/wire/commands.ts';
import { berthPlace, liftPlace, vehiclePlace } from '../../schema/wire/places.ts';
import { movePack, setDevice } from '../world/change.ts';
import { type Bay, type Device, framePlace, packInFrame } from '../world/model.ts';
import { moveAt, readAt, readPack } from './hand-over.ts';
import { knownAs } from './labels.ts';
import type { MotionContext, MotionRow, Refusal, Stage } from './motion.ts';

/** The commands of lift and robot at the vehicle. */
type RobotCommand = Extract<
  CommandType,
  | 'authorise'
  | 'positionAndClamp'
  | 'liftVehicle'
  | 'unlockPack'
  | 'lowerPack'
  | 'raisePack'
  | 'lockPack'
  | 'verifyPack'
  | 'lowerVehicle'
  | 'release'
>;

type Check = [boolean, Refusal['reason'], string];

/** The first condition that does not hold. */
export function firstOf(...checks: Check[]): Refusal | null {
  const failed = checks.find(([holds]) => !holds);
  return failed ? { reason: failed[1], detail: failed[2] } : null;
}

/** A stage that sets an actuator. */
export function deviceAt<D extends Device>(context: MotionContext, at: number, device: D, value: Bay[D]): Stage {
  return { at, run: () => void setDevice(context.core, context.bay, device, value, context.commandId) };
}

const present = (bay: Bay): Check => [bay.phase === 'inPosition', 'vehicleAbsent', 'no car on the stops'];
/** Packs as the controller knows them, by the last reading. */
const liftPack = ({ core, bay }: MotionContext) => knownAs(core, core.world.at.get(liftPlace(bay.bay)) ?? null);
const framePack = ({ core, bay }: MotionContext) => knownAs(core, packInFrame(core.world, bay));
const fixed = (ms: number) => () => ms;

/** What `authorise` reads in the car at its end. */
function handshake({ bay, params }: MotionContext<'authorise'>): Refusal | undefined {
  return (
    firstOf(
      present(bay),
      [bay.vin === params.vin, 'vehicleAbsent', 'another car stands here'],
      [bay.parked, 'notParked', 'the car is not in park'],
      [bay.hvOff, 'hvNotOff', 'high voltage is on'],
      [bay.consent, 'noConsent', 'the driver has not consented'],
    ) ?? undefined
  );
}

export const robotMotions: { [T in RobotCommand]: MotionRow<T> } = {
  authorise: {
    nominalMs: fixed(2_000),
    refuse: ({ bay }) => firstOf(present(bay)),
    stages: (context) => [{ at: 1, run: () => handshake(context) }],
    stuckReason: 'other',
  },
  positionAndClamp: {
    nominalMs: fixed(12_000),
    refuse: ({ bay }) =>
      firstOf(
        present(bay),
        [bay.clamps !== 'closed', 'interlock', 'clamps are closed'],
        [bay.vehicleLift === 'down', 'interlock', 'vehicle lift is not down'],
      ),
    stages: (context) => [
      deviceAt(context, 0, 'exitLight', 'red'),
      { at: 0, run: () => void takeBack(context) },
      deviceAt(context, 0, 'clamps', 'between'),
      deviceAt(context, 1, 'clamps', 'closed'),
    ],
    stuckReason: 'stuckClamp',
  },
  liftVehicle: {
    nominalMs: fixed(6_000),
    refuse: ({ bay }) =>
      firstOf(
        present(bay),
        [bay.clamps === 'closed', 'interlock', 'clamps are not closed'],
        [bay.vehicleLift !== 'up', 'interlock', 'vehicle lift is up'],
        [bay.packLift === 'down', 'interlock', 'lift table is not down'],
      ),
    stages: (context) => [deviceAt(context, 0, 'vehicleLift', 'between'), deviceAt(context, 1, 'vehicleLift', 'up')],
    stuckReason: 'stuckLift',
  },
  unlockPack: {
    nominalMs: fixed(8_000),
    refuse: (context) => refuseUnlock(context),
    stages: (context) => [
      deviceAt(context, 0, 'packLift', 'between'),
      deviceAt(context, 0.4, 'packLift', 'up'),
      deviceAt(context, 0.45, 'packLock', 'between'),
      deviceAt(context, 1, 'packLock', 'unlocked'),
    ],
    stuckReason: 'stuckLock',
  },
  lowerPack: {
    nominalMs: fixed(6_000),
    refuse: (context) => refuseLower(context),
    stages: (context) => [
      deviceAt(context, 0, 'packLift', 'between'),
      { at: 0.2, run: () => takeFromFrame(context) },
      deviceAt(context, 0.2, 'packLock', 'noPack'),
      deviceAt(context, 1, 'packLift', 'down'),
      readAt(context, 1, liftPlace(context.bay.bay)),
    ],
    stuckReason: 'stuckLift',
  },
  raisePack: {
    nominalMs: fixed(6_000),
    refuse: (context) => refuseRaise(context),
    stages: (context) => [
      deviceAt(context, 0, 'packLift', 'between'),
      deviceAt(context, 1, 'packLift', 'up'),
      deviceAt(context, 1, 'packLock', 'unlocked'),
    ],
    stuckReason: 'stuckLift',
  },
  lockPack: {
    nominalMs: fixed(8_000),
    refuse: (context) => refuseLock(context),
    stages: (context) => [
      deviceAt(context, 0, 'packLock', 'between'),
      { at: 0.6, run: () => putIntoFrame(context) },
      deviceAt(context, 0.6, 'packLock', 'locked'),
      { at: 0.6, run: () => void readPack(context, vehiclePlace(context.bay.bay)) },
      deviceAt(context, 0.65, 'packLift', 'between'),
      deviceAt(context, 1, 'packLift', 'down'),
    ],
    stuckReason: 'stuckLock',
  },
  verifyPack: {
    nominalMs: fixed(8_000),
    refuse: (context) =>
      firstOf(
        present(context.bay),
        [context.bay.packLock === 'locked', 'interlock', 'pack is not locked'],
        [framePack(context) === context.params.pack, 'wrongPack', 'another pack is in the car'],
      ),
    stages: (context) => [{ at: 1, run: () => context.core.faults.verify(context.bay.bay) }],
    stuckReason: 'bmsHandshake',
  },
  lowerVehicle: {
    nominalMs: fixed(6_000),
    refuse: ({ bay }) =>
      firstOf(
        present(bay),
        [bay.vehicleLift !== 'down', 'interlock', 'vehicle lift is down'],
        [bay.packLift === 'down', 'interlock', 'lift table is not down'],
        [bay.packLock === 'locked' || bay.packLock === 'noPack', 'interlock', 'pack in the car is not locked'],
      ),
    stages: (context) => [deviceAt(context, 0, 'vehicleLift', 'between'), deviceAt(context, 1, 'vehicleLift', 'down')],
    stuckReason: 'stuckLift',
  },
  release: {
    nominalMs: fixed(4_000),
    refuse: ({ bay }) =>
      firstOf(
        present(bay),
        [bay.vehicleLift === 'down', 'interlock', 'vehicle lift is not down'],
        [bay.packLift === 'down', 'interlock', 'lift table is not down'],
        [!(bay.clamps === 'open' && bay.exitLight === 'green'), 'interlock', 'already released'],
      ),
    stages: (context) => [
      ...(context.bay.clamps === 'open' ? [] : [deviceAt(context, 0, 'clamps', 'between')]),
      deviceAt(context, 1, 'clamps', 'open'),
      deviceAt(context, 1, 'exitLight', 'green'),
    ],
    stuckReason: 'stuckClamp',
  },
};

/** A car that was released already is not any more. */
function takeBack({ core, bay }: MotionContext): void {
  bay.released = false;
  core.touch(`bay/${bay.bay}`);
}

function refuseUnlock(context: MotionContext<'unlockPack'>): Refusal | null {
  const { bay, params } = context;
  return firstOf(
    present(bay),
    [bay.vehicleLift === 'up', 'interlock', 'vehicle lift is not up'],
    [bay.packLock !== 'noPack', 'packMissing', 'no pack in the car'],
    [bay.packLock !== 'unlocked', 'interlock', 'pack is unlocked'],
    [framePack(context) === params.pack, 'wrongPack', 'another pack is in the car'],
    [liftPack(context) === null, 'placeOccupied', 'a pack is on the lift'],
  );
}

function refuseLower(context: MotionContext<'lowerPack'>): Refusal | null {
  const { bay, params } = context;
  const carried = liftPack(context) ?? framePack(context);
  return firstOf(
    present(bay),
    [bay.vehicleLift === 'up', 'interlock', 'vehicle lift is not up'],
    [bay.packLift !== 'down', 'interlock', 'lift table is down'],
    [bay.packLock === 'unlocked' || bay.packLock === 'noPack', 'interlock', 'pack is not unlocked'],
    [carried !== null, 'packMissing', 'no pack on the lift table'],
    [carried === params.pack, 'wrongPack', 'another pack is on the lift table'],
  );
}

/** Pack from the car's frame onto the table; nothing to do when an interrupted motion has already taken it. */
function takeFromFrame(context: MotionContext<'lowerPack'>): undefined {
  const code = packInFrame(context.core.world, context.bay);
  if (code) movePack(context.core, code, liftPlace(context.bay.bay), context.commandId);
}

function refuseRaise(context: MotionContext<'raisePack'>): Refusal | null {
  const { bay, params } = context;
  return firstOf(
    present(bay),
    [bay.vehicleLift === 'up', 'interlock', 'vehicle lift is not up'],
    [bay.packLift !== 'up', 'interlock', 'lift table is up'],
    [framePack(context) === null, 'placeOccupied', 'a pack is in the car'],
    [liftPack(context) !== null, 'packMissing', 'no pack on the lift'],
    [liftPack(context) === params.pack, 'wrongPack', 'another pack is on the lift'],
  );
}

/** Also undoes an `unlockPack`: then the pack is still in the frame. */
function refuseLock(context: MotionContext<'lockPack'>): Refusal | null {
  const { bay, params } = context;
  const pack = liftPack(context) ?? framePack(context);
  return firstOf(
    present(bay),
    [bay.packLock !== 'noPack', 'packMissing', 'no pack in the frame'],
    [bay.packLift !== 'down', 'interlock', 'lift table is down'],
    [!(bay.packLock === 'unlocked' && bay.packLift === 'between'), 'interlock', 'lift table is not up'],
    [pack === params.pack, 'wrongPack', 'another pack is in the frame'],
  );
}

function putIntoFrame(context: MotionContext<'lockPack'>): undefined {
  const frame = framePlace(context.bay);
  const code = context.core.world.at.get(liftPlace(context.bay.bay));
  if (code && frame) movePack(context.core, code, frame, context.commandId);
}

/** The exchange needs both movers; it lives here because the lift table is the robot's. */
export const exchangeMotion: MotionRow<'exchange'> = {
  nominalMs: ({ bay }) => 12_000 + (bay.shuttle === 'atLift' ? 0 : 10_000),
  refuse: (context) => refuseExchange(context),
  stages: (context) => {
    const { bay, params } = context;
    const { give, take } = params;
    const lift = liftPlace(bay.bay);
    return [
      ...(bay.shuttle === 'atLift' ? [] : [deviceAt(context, 0, 'shuttle', 'between')]),
      deviceAt(context, 0.2, 'shuttle', 'atLift'),
      ...(give ? moveAt(context, 0.45, give.pack, berthPlace(bay.bay, give.berth)) : []),
      ...(take ? moveAt(context, 0.9, take.pack, lift) : []),
    ];
  },
  stuckReason: 'positionLost',
};

function refuseExchange(context: MotionContext<'exchange'>): Refusal | null {
  const { core, bay, params } = context;
  const { give, take } = params;
  const onLift = liftPack(context);
  const berth = (n: number) => knownAs(core, core.world.at.get(berthPlace(bay.bay, n)) ?? null);
  // Half of an interrupted exchange may be done already: what is left is still a legal exchange.
  const given = give === null || berth(give.berth) === give.pack;
  const taken = take === null || onLift === take.pack;
  return firstOf(
    [(give?.berth ?? 1) <= bay.berths && (take?.berth ?? 1) <= bay.berths, 'badParameters', 'no such berth'],
    [give === null || give.berth !== take?.berth, 'badParameters', 'give and take name the same berth'],
    present(bay),
    [bay.packLift === 'down', 'interlock', 'lift table is not down'],
    [!(given && taken), 'interlock', 'nothing to exchange'],
    [given || onLift !== null, 'packMissing', 'no pack on the lift'],
    [given || onLift === give?.pack, 'wrongPack', 'another pack is on the lift'],
    [given || berth(give?.berth ?? 0) === null, 'placeOccupied', 'the berth is not free'],
    [taken || !given || onLift === null, 'placeOccupied', 'a pack is on the lift'],
    [taken || berth(take?.berth ?? 0) !== null, 'packMissing', 'the berth is empty'],
    [taken || berth(take?.berth ?? 0) === take?.pack, 'wrongPack', 'another pack is on the berth'],
  );
}
