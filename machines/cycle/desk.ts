import type { Command } from '../../schema/wire/commands.ts';
import { driverTexts } from '../../schema/wire/driver-texts.ts';
import type { Effect, PackFacts, SwapFacts, Track } from '../contract.ts';
import { chooseSlot } from '../policy/choose-pack.ts';
import { slotOf } from '../policy/places.ts';
import { berthLoad, berthsOf, planIsolation, planShuttle, type ShuttlePlan } from '../policy/plan-shuttle.ts';
import type { Desk } from '../track/desk.ts';
import { imageOf, type Step } from '../track/memory.ts';
import type { CycleContext } from './context.ts';
import {
  atTheCar,
  choice,
  hopelessReason,
  isBinding,
  isCalledOff,
  packStillToCome,
  planExchange,
  planRobot,
} from './plan-robot.ts';

/** What the tracks of a cycle ask. */
export const cycleDesk: Desk<CycleContext> = {
  machine: 'cycle',
  instance: (context) => context.swap,
  swap: (context) => context.swap,
  vin: (context) => context.vehicle.vin,
  command: (context, track, step) => (track === 'robot' ? robotCommand(context, step) : shuttleCommand(context, step)),
  commandNow: (context, track, step) =>
    track === 'robot' ? robotCommand(context, step) : ofType(planAfresh(context, false), step),
  offPlan: (context, track, step) =>
    track === 'robot' ? robotOffPlan(context, step) : typeOf(shuttlePlan(context)) !== step,
  passed,
  failed,
  passedEffects,
  failedEffects,
  personEffects,
  attendedEffects: (context, track) => [
    { kind: 'updateSwap', id: context.swap, patch: { state: 'running' } },
    { kind: 'clearAlarm', key: incidentKey(context, track) },
    { kind: 'closeIncident', key: incidentKey(context, track), detail: 'attended' },
  ],
  nextOrdinal: (context) => context.ordinal + 1,
  counted: (context) => ({ ordinal: context.ordinal + 1 }),
};

const typeOf = (plan: ShuttlePlan): string => (typeof plan === 'string' ? plan : plan.type);

/** Is the swap past the point where the car can simply be let go as it came? */
export function isOpened({ opened, robot }: CycleContext): boolean {
  const unlocking = robot.step === 'unlockPack' && robot.phase !== 'gate' && robot.phase !== 'pause';
  return opened || unlocking;
}

/** The exchange needs the shuttle: while it runs, or as soon as it could begin. */
function exchangeNeedsShuttle(context: CycleContext): boolean {
  if (context.robot.step !== 'exchange') return false;
  return context.robot.phase !== 'gate' || (planExchange(context) !== null && !isolationIsDue(context));
}

/** Isolation goes first at every gate. */
function isolationIsDue({ image, bay }: CycleContext): boolean {
  if (!image || image.isolate.length === 0) return false;
  return planIsolation({ bay, ...image }, berthLoad(image.state, bay)) !== null;
}

const wantsNoPack = ({ verified, goal }: CycleContext) => verified || goal === 'asCame' || goal === 'evacuate';

const plans = new WeakMap<CycleContext, ShuttlePlan>();

/** Asked by every guard of the shuttle: planned once per context, which holds its image. */
export function shuttlePlan(context: CycleContext): ShuttlePlan {
  let plan = plans.get(context);
  if (!plan) {
    plan = planAfresh(context, imageOf(context).bayBusy || exchangeNeedsShuttle(context));
    plans.set(context, plan);
  }
  return plan;
}

function planAfresh(context: CycleContext, busy: boolean): ShuttlePlan {
  const { state, isolate, unreadBoxes } = imageOf(context);
  if (context.shuttleStuck) return 'person';
  return planShuttle({
    state,
    bay: context.bay,
    holder: context.swap,
    busy,
    onlyIsolate: false,
    wanted: wantsNoPack(context) ? null : context.incoming,
    keepBerthFree: packStillToCome(context),
    isolate,
    unreadBoxes,
    connect: context.connect,
    badSlots: context.badSlots,
  });
}

/** Nothing left to bring away. The bay may keep the shuttle busy meanwhile. */
export const shuttleHasDone = (context: CycleContext): boolean => planAfresh(context, false) === 'idle';

const ofType = (plan: ShuttlePlan, step: Step): Command | null =>
  typeof plan !== 'string' && plan.type === step ? plan : null;

/**
 * What the shuttle is for may change with the robot's next decision. Both tracks move in one microstep: while the robot is about to decide anew
 * the shuttle's gate waits for the microstep after.
 */
const shuttleCommand = (context: CycleContext, step: Step): Command | null =>
  robotReconsiders(context) ? null : ofType(shuttlePlan(context), step);

function robotReconsiders(context: CycleContext): boolean {
  const { step, phase } = context.robot;
  if (step === null) return phase === 'idle' && (isCalledOff(context) || hopelessReason(context) !== null);
  return phase === 'gate' && !isBinding(step) && robotOffPlan(context, step);
}

function robotOffPlan(context: CycleContext, step: Step): boolean {
  const { verified, incoming, goal, abort, burning } = context;
  if (verified || goal === 'asCame' || goal === 'evacuate') return false;
  if (burning) return true;
  if (!isOpened(context)) return abort !== null || incoming === null;
  const plan = planRobot(context);
  // Half-way the sensors give no plan; a repetition of the same step is then still right.
  return incoming === null || (plan !== 'person' && plan !== step);
}

function robotCommand(context: CycleContext, step: Step): Command | null {
  const { incoming, vehicle, swap } = context;
  const { inCar, onLift, inFrame } = atTheCar(context);
  switch (step) {
    case 'authorise':
      return { type: step, params: { swap, vin: vehicle.vin } };
    case 'positionAndClamp':
    case 'liftVehicle':
    case 'lowerVehicle':
      return { type: step, params: {} };
    case 'unlockPack':
      return inCar && mayOpen(context) ? { type: step, params: { pack: inCar.code } } : null;
    case 'lowerPack': {
      // Stopped half-way the pack is out of the frame and still on its way down.
      const carried = inFrame ?? onLift ?? lostInFrame(context);
      return carried ? { type: step, params: { pack: carried.code } } : null;
    }
    case 'exchange':
      return shuttleAtRest(context) && !isolationIsDue(context) ? planExchange(context) : null;
    case 'raisePack':
    case 'lockPack':
    case 'verifyPack':
      return incoming === null ? null : { type: step, params: { pack: incoming } };
    case 'release':
      return { type: step, params: { reason: releaseText(context) } };
    default:
      return null;
  }
}

/** The lift's reader did not see it come down, so the ledger has lost it: unlocked in the frame of an opened car there can be no other. */
function lostInFrame(context: CycleContext): PackFacts | null {
  const { outgoing, sensors } = context;
  const pack = outgoing === null ? undefined : imageOf(context).state.packs[outgoing];
  return sensors?.packLock === 'unlocked' && pack?.place.kind === 'unknown' ? pack : null;
}

const shuttleAtRest = ({ shuttle }: CycleContext) => shuttle.phase === 'idle' || shuttle.phase === 'gate';

/**
 * Is there a place for the old pack? With two berths the slot that the new pack leaves will do; with one berth the old pack must be stowed
 * before the new one is fetched, so another slot must be free.
 */
export function destinationInSight(context: CycleContext): boolean {
  const { state } = imageOf(context);
  if (chooseSlot(state, context.swap, context.badSlots) !== null) return true;
  const pack = context.incoming === null ? undefined : state.packs[context.incoming];
  const leaves = pack ? slotOf(state, pack) : null;
  return leaves !== null && !state.slots[leaves]?.locked && berthsOf(state, context.bay) === 2;
}

/** Before the car is opened: a new pack is set aside, and there is a place for the old one. */
function mayOpen(context: CycleContext): boolean {
  return context.opened || (context.incoming !== null && !imageOf(context).bayBusy && destinationInSight(context));
}

function releaseText({ goal, verified, reason }: CycleContext): string {
  if (goal === 'evacuate') return 'Leave the bay and the car: battery alarm.';
  if (goal === 'swap' && verified) return 'Swap completed. Good journey.';
  const text = reason === null ? undefined : driverTexts[reason];
  return `No swap: ${text ? `${text.en} ${text.zh}` : (reason ?? 'see staff')}`.slice(0, 80);
}

function passed(context: CycleContext, track: Track, step: Step): Partial<CycleContext> {
  const command = context[track].last?.command;
  switch (step) {
    case 'authorise':
      return { state: 'running' };
    case 'positionAndClamp':
      return { moved: true };
    case 'unlockPack':
      return { opened: true };
    case 'verifyPack':
      return { verified: true };
    case 'stowPack':
      return command?.type === 'stowPack' ? { connect: { pack: command.params.pack, slot: command.params.slot } } : {};
    case 'connectCharger':
      return { connect: null };
    default:
      return {};
  }
}

function passedEffects(context: CycleContext, _track: Track, step: Step): Effect[] {
  const patch = passedPatch(context, step);
  return patch ? [{ kind: 'updateSwap', id: context.swap, patch }] : [];
}

function passedPatch(context: CycleContext, step: Step): Partial<SwapFacts> | null {
  const image = imageOf(context);
  const { state } = image;
  switch (step) {
    case 'authorise':
      return { state: 'running' };
    case 'lowerPack': {
      const out = context.outgoing === null ? undefined : state.packs[context.outgoing];
      return out ? { packOutSocPct: out.socPct, packOutEnergyWh: out.energyWh } : null;
    }
    case 'verifyPack': {
      const pack = context.incoming === null ? undefined : state.packs[context.incoming];
      if (!pack || context.goal !== 'swap') return null;
      return {
        packIn: pack.code,
        packInSocPct: pack.socPct,
        packInEnergyWh: pack.energyWh,
        packInSohPct: context.incomingSoh?.pct ?? null,
        packInSohSource: context.incomingSoh?.source ?? null,
      };
    }
    case 'release':
      return { releasedAt: image.at, swapTimeMs: swapTimeMs(context) };
    default:
      return null;
  }
}

/** Station milliseconds; across a boot the station's counter starts anew and UTC must do. */
function swapTimeMs({ inPosition, image }: CycleContext): number | null {
  if (!image) return null;
  if (image.boot === inPosition.boot && image.atMs !== null) return image.atMs - inPosition.atMs;
  return Math.round((image.at - inPosition.at) * image.state.timeScale);
}

/** Slots that are tried for one pack before a person is called. */
const mostSlots = 3;

function failed(context: CycleContext, track: Track, step: Step): Partial<CycleContext> {
  const { failure } = context[track];
  const command = context[track].last?.command;
  switch (step) {
    case 'positionAndClamp':
      return { moved: context.moved || failure?.begun === true };
    case 'unlockPack':
      return { opened: context.opened || failure?.begun === true };
    case 'fetchPack':
      // A berth that is not as the ledger has it is no pack's fault.
      if (failure?.reason === 'placeOccupied') return { shuttleStuck: true };
      return rejectIncoming(context, command?.type === 'fetchPack' ? command.params.pack : null);
    case 'stowPack': {
      const badSlots = command?.type === 'stowPack' ? [...context.badSlots, command.params.slot] : context.badSlots;
      return { badSlots, shuttleStuck: badSlots.length >= mostSlots || failure?.reason !== 'placeOccupied' };
    }
    case 'connectCharger':
      return { connect: null };
    case 'isolatePack':
      return { shuttleStuck: true };
    default:
      return {};
  }
}

/** The pack will not do: another takes its place, or none. */
export function rejectIncoming(context: CycleContext, pack: string | null): Partial<CycleContext> {
  if (pack === null) return {};
  const rejected = context.rejected.includes(pack) ? context.rejected : [...context.rejected, pack];
  if (pack !== context.incoming) return { rejected };
  const next = context.goal === 'swap' ? choice({ ...context, rejected }) : { incoming: null, incomingSoh: null };
  return { rejected, ...next };
}

function failedEffects(context: CycleContext, track: Track, step: Step): Effect[] {
  const command = context[track].last?.command;
  const reason = context[track].failure?.reason ?? 'other';
  if (step === 'verifyPack' && command?.type === 'verifyPack') {
    return [{ kind: 'updateBattery', code: command.params.pack, patch: { status: 'quarantined', ready: false } }];
  }
  // Interlock: it is plugged in already.
  if (command?.type === 'connectCharger' && reason !== 'interlock') {
    const { slot, pack } = command.params;
    const place = `slot/${slot}`;
    const key = `charger/${context.bay}/${slot}`;
    return [{ kind: 'raiseAlarm', key, level: 2, code: 'chargerConnect', bay: null, place, pack, detail: reason }];
  }
  return [];
}

export const incidentKey = (context: CycleContext, track: Track): string => `swap/${context.swap}/${track}`;

/** The swap needs a person: told with the place of every pack that takes part. */
function personEffects(context: CycleContext, track: Track, why: string): Effect[] {
  const { state } = imageOf(context);
  const { step, failure } = context[track];
  const codes = [context.outgoing, context.incoming, ...context.rejected].filter((code) => code !== null);
  const packs = [...new Set(codes)];
  const places = packs.map((code) => `${code} at ${state.packs[code]?.place.key ?? 'unknown'}`).join(', ');
  const cause = failure?.reason ?? context.reason ?? why;
  const detail = `${why}: ${step ?? track} (${cause}). ${places}`;
  const key = incidentKey(context, track);
  const { bay, swap } = context;
  return [
    { kind: 'updateSwap', id: swap, patch: { state: 'needs-person', reason: cause } },
    { kind: 'raiseAlarm', key, level: 2, code: 'needsPerson', bay, place: null, pack: null, detail },
    { kind: 'openIncident', key, code: 'needsPerson', bay, swap, packs, detail },
  ];
}

/** Sets the chosen pack aside, and the slot it leaves for the old one. */
export function reserve({ context }: { context: CycleContext }): Effect[] {
  const { state } = imageOf(context);
  const pack = context.incoming === null ? undefined : state.packs[context.incoming];
  if (!pack || pack.reservedBy === context.swap || context.goal !== 'swap') return [];
  const slot = slotOf(state, pack);
  const effects: Effect[] = [{ kind: 'updateBattery', code: pack.code, patch: { reservedBy: context.swap } }];
  if (slot !== null) effects.push({ kind: 'updateSlot', slot, patch: { reservedBy: context.swap } });
  return effects;
}

/** Nothing stays set aside for a swap that is over. */
export function freeReservations({ context }: { context: CycleContext }): Effect[] {
  const { state } = imageOf(context);
  const effects: Effect[] = [];
  for (const code in state.packs) {
    if (state.packs[code]?.reservedBy === context.swap) {
      effects.push({ kind: 'updateBattery', code, patch: { reservedBy: null } });
    }
  }
  for (const key in state.slots) {
    const slot = state.slots[key];
    if (slot?.reservedBy === context.swap) {
      effects.push({ kind: 'updateSlot', slot: slot.slot, patch: { reservedBy: null } });
    }
  }
  return effects;
}
