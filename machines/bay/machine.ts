import { createMachine } from 'xstate';
import type { CommandOutcome } from '../../schema/wire/commands.ts';
import type { VehicleIdentity } from '../../schema/wire/events.ts';
import type { BaySafety, BaySensors } from '../../schema/wire/sensors.ts';
import { assign } from '../runtime/assign.ts';
import { createRunner } from '../runtime/runner.ts';
import { trackLogic } from '../track/logic.ts';
import { imageOf, type Mode } from '../track/memory.ts';
import { type BayContext, bayContext, type Reservation } from './context.ts';
import { bayDesk, bayPlan } from './desk.ts';
import { issueLimits, limitFailed, noteLimit, noteLimitResult, sendLimits } from './limits.ts';
import { freeReservation, handOver, handOverEffects, setAside } from './reservation.ts';
import { baySpec } from './spec.ts';
import { clearHeld, openSwap, recordLeft, warnHeld } from './swap.ts';
import { bayDefinition, baySourceHash } from './version.ts';

/** Events of the bay besides `shuttle.<outcome>` and `mode.<mode>`. */
export type BayEvent =
  | { type: 'vehicleEntered' }
  | { type: 'vehicleInPosition'; vehicle: VehicleIdentity }
  | { type: 'vehicleChanged'; vehicle: VehicleIdentity }
  | { type: 'vehicleLeft' }
  | { type: 'released' }
  | { type: 'cycleOver' }
  | { type: 'link.lost' }
  | { type: 'link.up' }
  | { type: 'safety'; state: BaySafety }
  | { type: 'sensors'; sensors: BaySensors }
  | { type: 'panelConfirm' }
  | { type: 'supervise'; by: string }
  | { type: 'confirm'; by: string }
  | { type: 'hold'; reason: string; by: string }
  | { type: 'resume' }
  | { type: 'maintenance'; reason: string; by: string }
  | { type: 'return-to-service' }
  | { type: 'reset' }
  | { type: 'limitWanted'; slot: number | null; powerW: number }
  | { type: 'limitResult'; id: string; outcome: CommandOutcome }
  | { type: 'alarm'; key: string; active: boolean; level: number; pack: string | null }
  | { type: 'isolate'; pack: string }
  | { type: 'isolated'; pack: string }
  | { type: 'reservationDue'; reservation: Reservation }
  | { type: 'reservationCancelled'; id: string }
  | { type: 'reservationOver' }
  | { type: 'facts' };

export interface BayArgs {
  context: BayContext;
  event: BayEvent;
}

const track = trackLogic(bayDesk);

const guards = {
  ...track.guards,
  safetyIs: ({ event }: BayArgs, { state }: { state: BaySafety }) => event.type === 'safety' && event.state === state,
  awaitsSupervisor: ({ context }: BayArgs) => context.panelConfirmed && context.supervisor === null,
  reserved: ({ context }: BayArgs) => context.reservation !== null,
  unreserved: ({ context }: BayArgs) => context.reservation === null,
  isReservation: ({ context, event }: BayArgs) =>
    event.type === 'reservationCancelled' && context.reservation?.id === event.id,
  noSwap: ({ context }: BayArgs) => !imageOf(context).state.bays[context.bay]?.cycle,
  mayOpen: ({ context }: BayArgs) =>
    context.vehicle !== null &&
    context.hold?.reason !== 'maintenance' &&
    !imageOf(context).state.bays[context.bay]?.cycle,
  noLimits: ({ context }: BayArgs) => context.limits.length === 0,
  limitsUnsent: ({ context }: BayArgs) =>
    imageOf(context).state.reconciled && context.limits.some((limit) => limit.id === null),
  shuttlePlanIs: ({ context }: BayArgs, { step }: { step: string }) => {
    const plan = bayPlan(context);
    return (typeof plan === 'string' ? plan : plan.type) === step;
  },
};

const change = (compute: (args: BayArgs) => Partial<BayContext>) =>
  assign(({ context, event }) => compute({ context: context as BayContext, event: event as BayEvent }));

function noteVehicle({ context, event }: BayArgs): Partial<BayContext> {
  if (event.type !== 'vehicleInPosition') return {};
  const { at, atMs, boot } = imageOf(context);
  return { vehicle: { identity: event.vehicle, inPosition: { at, atMs: atMs ?? 0, boot } } };
}

/** `vehicleLeft` says what three sensors now read; no other record will come to say it. */
const withoutCar = (sensors: BaySensors | null): BaySensors | null =>
  sensors && { ...sensors, vehiclePresent: false, packLock: 'noPack', exitLight: 'red' };

const assigns = {
  setMode: assign((_, { mode }: { mode: Mode }) => ({ mode })),
  noteEntered: change(({ context }) => ({ enteredAt: imageOf(context).at })),
  noteVehicle: change(noteVehicle),
  noteIdentity: change(({ context, event }) =>
    event.type === 'vehicleChanged' && context.vehicle
      ? { vehicle: { ...context.vehicle, identity: event.vehicle } }
      : {},
  ),
  forgetVehicle: change(({ context }) => ({ vehicle: null, enteredAt: null, sensors: withoutCar(context.sensors) })),
  countSwap: change(({ context }) => {
    const swaps = context.swaps + 1;
    return { swaps, lastSwap: `${imageOf(context).state.station}.${context.bay}.${swaps}` };
  }),
  noteSensors: change(({ event }) => (event.type === 'sensors' ? { sensors: event.sensors } : {})),
  noteStop: change(() => ({ panelConfirmed: false, supervisor: null })),
  notePanelConfirm: change(() => ({ panelConfirmed: true })),
  noteSupervisor: change(({ event }) => (event.type === 'supervise' ? { supervisor: event.by } : {})),
  noteHold: change(({ event }) => {
    if (event.type === 'hold') return { hold: { reason: event.reason, by: event.by } };
    return event.type === 'maintenance' ? { hold: { reason: 'maintenance', by: event.by } } : {};
  }),
  forgetHold: change(() => ({ hold: null })),
  noteReservation: change(({ event }) => (event.type === 'reservationDue' ? { reservation: event.reservation } : {})),
  dropReservation: change(() => ({ reservation: null })),
  startPrefetch: change(() => ({ prefetch: true })),
  stopPrefetch: change(() => ({ prefetch: false })),
  noteIsolate: change(({ context, event }) =>
    event.type === 'isolate' && !context.isolate.includes(event.pack)
      ? { isolate: [...context.isolate, event.pack] }
      : {},
  ),
  forgetIsolate: change(({ context, event }) =>
    event.type === 'isolated' ? { isolate: context.isolate.filter((code) => code !== event.pack) } : {},
  ),
  noteAlarm: change(({ context, event }) => {
    if (event.type !== 'alarm') return {};
    const others = context.alarms.filter(({ key }) => key !== event.key);
    const { key, level, pack } = event;
    return { alarms: event.active ? [...others, { key, level, pack }] : others };
  }),
  rethinkShuttle: change(() => ({ shuttleStuck: false, badSlots: [] })),
  handOver: change(handOver),
  noteLimit: change(noteLimit),
  noteLimitResult: change(noteLimitResult),
  issueLimits: change(issueLimits),
};

const effects = {
  openSwap,
  recordLeft,
  warnHeld,
  clearHeld,
  setAside,
  freeReservation,
  handOverEffects,
  sendLimits,
  limitFailed,
};

/** Calendar time is the wall clock; the step divides every delay by the equipment's speed. */
function wallDelay(context: BayContext, dueAt: number): number {
  const { now, state } = imageOf(context);
  return Math.max(0, dueAt - now) * state.timeScale;
}

const lastArrival = (reservation: Reservation | null): number => reservation?.until ?? reservation?.arrivesAt ?? 0;

const delays = {
  ...track.delays,
  prefetchLead: ({ context }: BayArgs) =>
    wallDelay(context, (context.reservation?.arrivesAt ?? 0) - imageOf(context).state.type.prefetchLeadMs),
  noShow: ({ context }: BayArgs) =>
    wallDelay(context, lastArrival(context.reservation) + imageOf(context).state.type.noShowMs),
};

const machine = createMachine(
  {
    ...baySpec,
    options: { maxIterations: 200 },
    context: ({ input }: { input: unknown }) => bayContext((input as { bay?: string } | undefined)?.bay ?? ''),
  } as never,
  {
    guards: guards as never,
    actions: { ...track.actions, ...assigns, ...effects } as never,
    delays: delays as never,
  },
);

export const bayRunner = createRunner(machine, { kind: 'bay', definition: bayDefinition, sourceHash: baySourceHash });
