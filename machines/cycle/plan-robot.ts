import type { Command } from '../../schema/wire/commands.ts';
import type { PackFacts } from '../contract.ts';
import { choosePack, excludedFromLevel, mayBeGiven, whyNoneFits } from '../policy/choose-pack.ts';
import { mayBeInCar } from '../policy/disputes.ts';
import { isBelowFloor, knownSoh } from '../policy/lease-terms.ts';
import { liftKey, packAt, vehicleKey } from '../policy/places.ts';
import { berthLoad, berthsOf, freeBerth } from '../policy/plan-shuttle.ts';
import { imageOf, type Step } from '../track/memory.ts';
import type { CycleContext } from './context.ts';

export type RobotStep = Extract<
  Step,
  | 'authorise'
  | 'positionAndClamp'
  | 'liftVehicle'
  | 'unlockPack'
  | 'lowerPack'
  | 'exchange'
  | 'raisePack'
  | 'lockPack'
  | 'verifyPack'
  | 'lowerVehicle'
  | 'release'
>;

/** The healthy order. A step's successor, where the way out does not decide otherwise. */
export const robotSteps: readonly RobotStep[] = [
  'authorise',
  'positionAndClamp',
  'liftVehicle',
  'unlockPack',
  'lowerPack',
  'exchange',
  'raisePack',
  'lockPack',
  'verifyPack',
  'lowerVehicle',
  'release',
];

/** From these on there is no way but forward: the car is on its way out. */
export const isBinding = (step: Step): boolean => step === 'lowerVehicle' || step === 'release';

/** A person or a thermal event has called the swap off. */
export const isCalledOff = ({ abort, burning }: CycleContext): boolean => abort !== null || burning;

/**
 * Why no wait can help, or null. Asked only while nothing has moved at the car: what comes of its lease later is for the next swap. Before the
 * station's hello nobody knows what packs it has.
 */
export function hopelessReason(context: CycleContext): string | null {
  const { state } = imageOf(context);
  if (!state.reconciled) return null;
  const { pack, vin } = context.vehicle;
  const blocks = state.vehicles[vin]?.lease?.blocks ?? null;
  if (blocks !== null) return blocks;
  // The car names a pack that the ledger has elsewhere, with an incident: nobody opens a car before that is settled.
  if (pack !== null && context.outgoing !== pack) return 'packDisputed';
  if (context.outgoing === null) return 'packUnknown';
  const outgoing = state.packs[context.outgoing];
  if (outgoing && !mayBeInCar(outgoing)) return 'packNotForService';
  return whyNoneFits(state, state.vehicles[vin], context.swap);
}

export interface AtTheCar {
  /** Pack that the ledger has in the car, and on the lift table. */
  inCar: PackFacts | null;
  onLift: PackFacts | null;
  /** The pack in the frame: raised and not yet locked it still counts as on the lift. */
  inFrame: PackFacts | null;
}

export function atTheCar(context: CycleContext): AtTheCar {
  const { state } = imageOf(context);
  const inCar = packAt(state, vehicleKey(context.vehicle.vin));
  const onLift = packAt(state, liftKey(state.station, context.bay));
  const lock = context.sensors?.packLock;
  return { inCar, onLift, inFrame: lock === 'noPack' ? null : (onLift ?? inCar) };
}

/**
 * The step that brings the car nearer to the goal, from what sensors and ledger say alone. `person`: they do not say enough. Read after
 * every failure and every exchange; the healthy order needs no plan.
 */
export function planRobot(context: CycleContext): RobotStep | 'person' {
  const { sensors, incoming, goal } = context;
  if (context.stuck) return 'person';
  // Before the first motion the sensors known are those of the last car.
  if (!context.moved && goal !== 'swap') return 'release';
  if (!sensors) return 'person';
  if (goal === 'asCame' || goal === 'evacuate' || context.verified)
    return sensors.vehicleLift === 'down' ? 'release' : 'lowerVehicle';
  const { inCar, onLift, inFrame } = atTheCar(context);
  switch (sensors.packLock) {
    case 'between':
      return 'person';
    case 'locked':
      if (inCar?.code !== incoming) return 'unlockPack';
      return sensors.packLift === 'down' ? 'verifyPack' : 'lockPack';
    case 'unlocked':
      return inFrame?.code === incoming ? 'lockPack' : 'lowerPack';
    case 'noPack':
      if (onLift && onLift.code === incoming) return 'raisePack';
      return sensors.packLift === 'down' ? 'exchange' : 'person';
  }
}

type Exchange = Extract<Command, { type: 'exchange' }>;

/**
 * What lift table and shuttle can hand over now. With two berths both packs at once; with one berth the old pack first, and the new
 * one when it has been fetched. Null: something is not there yet.
 */
export function planExchange(context: CycleContext): Exchange | null {
  const { state, bayBusy } = imageOf(context);
  if (bayBusy || context.incoming === null) return null;
  const { onLift } = atTheCar(context);
  const load = berthLoad(state, context.bay);
  const give = onLift && onLift.code !== context.incoming ? onLift.code : null;
  const takeBerth = load.findIndex((pack) => pack?.code === context.incoming) + 1;
  const giveBerth = freeBerth(load);
  const take = takeBerth > 0 ? { pack: context.incoming, berth: takeBerth } : null;
  if (!give) return take ? { type: 'exchange', params: { give: null, take } } : null;
  if (giveBerth === null) return null;
  const given = { pack: give, berth: giveBerth };
  if (take) return { type: 'exchange', params: { give: given, take } };
  return berthsOf(state, context.bay) === 1 ? { type: 'exchange', params: { give: given, take: null } } : null;
}

/** Will a pack other than the one to be fitted still have to come onto a berth? */
export function packStillToCome(context: CycleContext): boolean {
  if (context.goal === 'asCame' || context.goal === 'evacuate' || context.verified) return false;
  const { inCar, onLift } = atTheCar(context);
  return [inCar, onLift].some((pack) => pack !== null && pack.code !== context.incoming);
}

/** New packs that are tried on one car before the old one goes back. */
const mostPacks = 3;

/**
 * The four ways out after `unlockPack` (DESIGN section 6): (a) is the retry of the step and has been used up; (b) another ready
 * pack; (c) the old pack back; (d) a person. Before it: the car as it came. Gives what changes; `planRobot` then finds the step.
 */
export function wayOut(context: CycleContext): Partial<CycleContext> {
  const failure = context.robot.failure;
  const reason = context.abort ?? failure?.reason ?? context.reason ?? 'noPackReady';
  if (failure && (failure.step === 'lowerVehicle' || failure.step === 'release')) return { stuck: true, reason };
  if (context.verified || context.goal === 'evacuate') return {};
  if (context.burning) return evacuate(context);
  if (!context.opened) {
    return { goal: 'asCame', reason: context.reason ?? reason, abort: null, incoming: null };
  }
  if (!failure && context.incoming !== null) return {};
  switch (failure?.step) {
    case 'unlockPack':
    case 'lowerPack':
      // The old pack will not come out: it can still be made fast again. A new one that will not come out is a person's matter.
      return atTheCar(context).inFrame?.code === context.outgoing ? refit(context, reason) : { stuck: true, reason };
    case 'raisePack':
      // Something is in the frame that nobody knows of: no other pack would fit either.
      return failure.reason === 'placeOccupied' ? { stuck: true, reason } : another(context, reason);
    case 'exchange':
      return blamesThePack(failure.reason) ? another(context, reason) : refit(context, reason);
    default:
      return another(context, reason);
  }
}

/** Under a car: lower and release it if its pack is locked, else hold and call people. */
function evacuate({ sensors, moved }: CycleContext): Partial<CycleContext> {
  const reason = 'thermalEvent';
  const locked = sensors?.packLock === 'locked' || !moved;
  return locked ? { goal: 'evacuate', reason, abort: null, incoming: null } : { stuck: true, reason };
}

const blamesThePack = (reason: string) => reason === 'packMissing' || reason === 'wrongPack';

function another(context: CycleContext, reason: string): Partial<CycleContext> {
  const rejected = context.incoming === null ? context.rejected : [...context.rejected, context.incoming];
  if (context.goal === 'refit') return { stuck: true, reason, rejected };
  const found = rejected.length < mostPacks ? choice({ ...context, rejected }) : null;
  return found?.incoming ? { ...found, rejected } : { ...refit(context, reason), rejected };
}

function refit(context: CycleContext, reason: string): Partial<CycleContext> {
  const { state } = imageOf(context);
  const old = context.outgoing === null ? undefined : state.packs[context.outgoing];
  const fit =
    old !== undefined &&
    context.goal !== 'refit' &&
    (old.socPct ?? 0) >= state.type.minRefitSocPct &&
    old.alarmLevel < excludedFromLevel &&
    old.place.kind !== 'unknown' &&
    old.place.kind !== 'isolation';
  return fit ? { goal: 'refit', incoming: old.code, reason } : { stuck: true, reason };
}

/** The pack to give: one that waits on a berth already, else the best of the slots. One below the floor of the lease only where none is above it. */
export function chooseIncoming(context: CycleContext): string | null {
  const { state } = imageOf(context);
  const vehicle = state.vehicles[context.vehicle.vin];
  const wish = { vehicle, holder: context.swap, exclude: context.rejected };
  const fetched = berthLoad(state, context.bay).filter((pack) => pack !== null && mayBeGiven(pack, state, wish));
  const first = fetched.find((pack) => pack && (pack.reservedBy === context.swap || !isBelowFloor(pack, vehicle)));
  if (first) return first.code;
  const [worn] = fetched;
  const chosen = choosePack(state, wish);
  if (!worn) return chosen;
  const better = chosen === null ? undefined : state.packs[chosen];
  return better && !isBelowFloor(better, vehicle) ? better.code : worn.code;
}

/** The pack to give, with what is known of its health at this moment: both stay together, whatever is learned of the pack later. */
export function choice(context: CycleContext): Pick<CycleContext, 'incoming' | 'incomingSoh'> {
  const incoming = chooseIncoming(context);
  const pack = incoming === null ? undefined : imageOf(context).state.packs[incoming];
  return { incoming, incomingSoh: pack ? knownSoh(pack) : null };
}
