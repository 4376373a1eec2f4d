import { createMachine } from 'xstate';
import type { VehicleIdentity } from '../../schema/wire/events.ts';
import type { BaySensors } from '../../schema/wire/sensors.ts';
import type { ActionRequest, Effect, PackFacts, SwapState } from '../contract.ts';
import { excludedFromLevel, isInTraffic } from '../policy/choose-pack.ts';
import { incompatibilityOf } from '../policy/compatibility.ts';
import { vehicleKey } from '../policy/places.ts';
import { assign } from '../runtime/assign.ts';
import type { Produced } from '../runtime/produced.ts';
import { createRunner } from '../runtime/runner.ts';
import { trackLogic } from '../track/logic.ts';
import { idleTrack, imageOf, type Mode } from '../track/memory.ts';
import { type CycleContext, type CycleInput, cycleContext } from './context.ts';
import {
  cycleDesk,
  destinationInSight,
  freeReservations,
  isOpened,
  rejectIncoming,
  reserve,
  shuttleHasDone,
  shuttlePlan,
} from './desk.ts';
import { atTheCar, choice, chooseIncoming, hopelessReason, isCalledOff, planRobot, wayOut } from './plan-robot.ts';
import { cycleSpec } from './spec.ts';
import { cycleDefinition, cycleSourceHash } from './version.ts';

/** Events of the cycle besides `robot.<outcome>`, `shuttle.<outcome>` and `mode.<mode>`. `facts`: the image changed. */
export type CycleEvent =
  | { type: 'facts' }
  | { type: 'abort'; reason: string }
  | { type: 'confirm'; by: string }
  | { type: 'resolve'; outcome: 'completed' | 'rolled-back'; request: ActionRequest }
  | { type: 'vehicleChanged'; vehicle: VehicleIdentity }
  | { type: 'vehicleLeft' }
  | { type: 'sensors'; sensors: BaySensors }
  | { type: 'packAlarm'; pack: string; level: number };

interface Args {
  context: CycleContext;
  event: CycleEvent;
}

const track = trackLogic(cycleDesk);
const willing = ({ parked, hvOff, consent }: VehicleIdentity) => parked && hvOff && consent;

const guards = {
  ...track.guards,
  modeIs: ({ context }: Args, { mode }: { mode: Mode }) => context.mode === mode,
  calledOff: ({ context }: Args) => isCalledOff(context),
  hopeless: ({ context }: Args) => hopelessReason(context) !== null,
  prepared: ({ context }: Args) => willing(context.vehicle) && missing(context) === null,
  canChoose: ({ context }: Args) => context.incoming === null && chooseIncoming(context) !== null,
  robotPlanIs: ({ context }: Args, { step }: { step: string }) => planRobot(context) === step,
  shuttlePlanIs: ({ context }: Args, { step }: { step: string }) => {
    const plan = shuttlePlan(context);
    return (typeof plan === 'string' ? plan : plan.type) === step;
  },
  finished: ({ context }: Args) =>
    context.robot.phase === 'done' && !leftUnverified(context) && shuttleHasDone(context),
  abortable: ({ context }: Args) => isAbortable(context),
  finishedWithCar: ({ context }: Args) => context.robot.phase === 'done',
  stillShut: ({ context }: Args) => !isOpened(context),
  alreadyVerified: ({ context }: Args) => context.verified,
  spoilsIncoming: ({ context, event }: Args) =>
    event.type === 'packAlarm' &&
    event.level >= excludedFromLevel &&
    event.pack === context.incoming &&
    !context.verified &&
    context.goal === 'swap',
  burnsAtCar: ({ context, event }: Args) =>
    event.type === 'packAlarm' && event.level >= thermalLevel && !context.burning && isAtCar(context, event.pack),
  leftUnverified: ({ context }: Args) => leftUnverified(context),
  incomingGone: ({ context }: Args) => incomingGone(context),
  needsPerson: ({ context }: Args) => context.robot.phase === 'person' || context.shuttle.phase === 'person',
};

/** Sent away in a hurry with a pack that nobody verified. */
function leftUnverified(context: CycleContext): boolean {
  return context.goal === 'evacuate' && atTheCar(context).inCar?.code !== context.outgoing && !context.stuck;
}

/** A reader, a charger or a person has said meanwhile what keeps the pack from this car. */
const unfit = ({ image, vehicle }: CycleContext, pack: PackFacts): boolean =>
  !isInTraffic(pack) || incompatibilityOf(pack, image?.state.vehicles[vehicle.vin]) !== null;

/** Out of reach of this bay, or not for this car as long as that is shut. Asked only when things may move: while reads come in after a boot a pack may seem lost for a moment. */
function incomingGone(context: CycleContext): boolean {
  const { state } = imageOf(context);
  const pack = context.incoming === null ? undefined : state.packs[context.incoming];
  if (!pack || context.verified || context.mode !== 'running') return false;
  if (!isOpened(context) && context.goal === 'swap' && unfit(context, pack)) return true;
  const { kind, key } = pack.place;
  if (kind === 'vehicle') return key !== vehicleKey(context.vehicle.vin);
  return kind !== 'slot' && !key.startsWith(`${state.station}/bay/${context.bay}/`);
}

/** Level 4 is a thermal event (GB/T 32960). */
const thermalLevel = 4;

function isAtCar(context: CycleContext, pack: string): boolean {
  const { inCar, onLift } = atTheCar(context);
  return inCar?.code === pack || onLift?.code === pack;
}

function isAbortable(context: CycleContext): boolean {
  const { phase } = context.robot;
  const undecided = phase === 'person' || phase === 'unclear' || phase === 'done';
  return !undecided && context.goal === 'swap' && context.abort === null && !isOpened(context);
}

const change = (compute: (args: Args) => Partial<CycleContext>) =>
  assign(({ context, event }) => compute({ context: context as CycleContext, event: event as CycleEvent }));

const assigns = {
  setMode: assign((_, { mode }: { mode: Mode }) => ({ mode })),
  choose: change(({ context }) => (context.incoming === null ? choice(context) : {})),
  noteHopeless: change(({ context }) => ({ reason: hopelessReason(context) })),
  noteWaited: change(({ context }) => ({ reason: waitedFor(context.vehicle) ?? missing(context) })),
  noteAbort: change(({ event }) => (event.type === 'abort' ? { abort: event.reason } : {})),
  noteLeft: change(({ context }) => leftChange(context)),
  noteVehicle: change(({ context, event }) =>
    event.type === 'vehicleChanged' ? vehicleChange(context, event.vehicle) : {},
  ),
  noteSensors: change(({ event }) => (event.type === 'sensors' ? { sensors: event.sensors } : {})),
  noteBurning: change(() => ({ burning: true })),
  dropIncoming: change(({ context }) => rejectIncoming(context, context.incoming)),
  decide: change(({ context }) => wayOut(context)),
  rethink: change(() => ({ stuck: false, robot: idleTrack })),
  rethinkShuttle: change(() => ({ shuttleStuck: false, badSlots: [] })),
  resolve: change(({ event }) => (event.type === 'resolve' ? { state: event.outcome } : {})),
};

/** What the car is not yet willing to, or null. */
function waitedFor({ parked, hvOff, consent }: VehicleIdentity): string | null {
  if (!parked) return 'notParked';
  if (!hvOff) return 'hvNotOff';
  return consent ? null : 'noConsent';
}

/** What the station cannot offer yet, or null. */
function missing(context: CycleContext): string | null {
  if (context.incoming === null) return 'noPackReady';
  if (!destinationInSight(context)) return 'noFreeSlot';
  return imageOf(context).bayStuck ? 'bayFaulted' : null;
}

/** A car that is no longer willing once the swap has begun is let go as it came, as long as it is shut. */
function vehicleChange(context: CycleContext, vehicle: VehicleIdentity): Partial<CycleContext> {
  const withdrawn = !willing(vehicle) && context.robot.step !== null && isAbortable(context);
  return withdrawn ? { vehicle, abort: waitedFor(vehicle) } : { vehicle };
}

/** Without its car a swap that is still shut wants no pack any more. */
function leftChange(context: CycleContext): Partial<CycleContext> {
  if (context.verified) return { left: true };
  const shut = isOpened(context) ? {} : ({ goal: 'asCame', incoming: null, abort: null } as const);
  return { left: true, reason: 'vehicleLeft', ...shut };
}

/** How the swap ended, from what was reached. A person's word stands above it. */
export function outcomeOf(context: CycleContext): SwapState {
  if (context.state === 'completed' || context.state === 'rolled-back') return context.state;
  if (context.verified && context.goal === 'swap') return 'completed';
  return context.moved || context.opened ? 'rolled-back' : 'refused';
}

function closeSwap({ context }: { context: CycleContext }): Effect[] {
  const state = outcomeOf(context);
  const reason = state === 'completed' ? null : context.reason;
  return [{ kind: 'updateSwap', id: context.swap, patch: { state, reason, endedAt: imageOf(context).at } }];
}

const effects = {
  reserve,
  freeReservations,
  closeSwap,
  warnBurning: ({ context }: Args): Effect[] => [
    { kind: 'notify', bay: context.bay, swap: context.swap, code: 'evacuate', detail: 'thermal event at the car' },
  ],
  tellReleased: (): Produced[] => [{ kind: 'tell', to: 'bay', event: { type: 'released' } }],
};

const machine = createMachine(
  {
    ...cycleSpec,
    options: { maxIterations: 200 },
    context: ({ input }: { input: unknown }) => startingContext(input),
  } as never,
  {
    guards: guards as never,
    actions: { ...track.actions, ...assigns, ...effects } as never,
    delays: {
      ...track.delays,
      packWait: ({ context }: { context: CycleContext }) => imageOf(context).state.type.maxPackWaitMs,
    } as never,
  },
);

/** XState also builds an actor without input, only to have one; it is never stepped. */
function startingContext(input: unknown): CycleContext | Record<string, never> {
  return input ? cycleContext(input as CycleInput) : {};
}

export const cycleRunner = createRunner(machine, {
  kind: 'cycle',
  definition: cycleDefinition,
  sourceHash: cycleSourceHash,
});
