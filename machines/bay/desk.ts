import type { Effect } from '../contract.ts';
import { berthsOf, planShuttle, type ShuttlePlan } from '../policy/plan-shuttle.ts';
import type { Desk } from '../track/desk.ts';
import type { BayContext } from './context.ts';

export const baySlotHolder = (context: BayContext): string => context.reservation?.id ?? `bay/${context.bay}`;

/**
 * The shuttle between swaps: fetches for a reservation that is due, stows what lies on a berth for nobody, isolates. A single berth is kept free: the
 * old pack must come onto it before the new one may.
 */
export function bayPlan(context: BayContext): ShuttlePlan {
  let plan = plans.get(context);
  if (!plan) {
    plan = planAfresh(context, mayWork(context));
    plans.set(context, plan);
  }
  return plan;
}

const plans = new WeakMap<BayContext, ShuttlePlan>();

interface Leave {
  busy: boolean;
  onlyIsolate: boolean;
}

/** While a cycle is open the shuttle is the cycle's; with a car in the bay nothing but an isolation is begun. */
const mayWork = ({ image, bay, enteredAt, vehicle }: BayContext): Leave => ({
  busy: Boolean(image?.state.bays[bay]?.cycle),
  onlyIsolate: enteredAt !== null || vehicle !== null,
});

function planAfresh(context: BayContext, leave: Leave): ShuttlePlan {
  // A bay that was only just created has no image, and nothing to do.
  if (!context.image) return 'wait';
  const { state, isolate, unreadBoxes } = context.image;
  if (context.shuttleStuck) return 'person';
  return planShuttle({
    state,
    bay: context.bay,
    holder: baySlotHolder(context),
    ...leave,
    wanted: context.prefetch && berthsOf(state, context.bay) > 1 ? (context.reservation?.pack ?? null) : null,
    keepBerthFree: false,
    isolate,
    unreadBoxes,
    connect: context.connect,
    badSlots: context.badSlots,
  });
}

const ofType = (plan: ShuttlePlan, step: string) => (typeof plan !== 'string' && plan.type === step ? plan : null);
const planType = (plan: ShuttlePlan): string => (typeof plan === 'string' ? plan : plan.type);
const incidentKey = (context: BayContext): string => `bay/${context.bay}/shuttle`;
const mostSlots = 3;

export const bayDesk: Desk<BayContext> = {
  machine: 'bay',
  instance: () => 'main',
  swap: () => null,
  vin: (context) => context.vehicle?.identity.vin ?? '',
  command: (context, _track, step) => ofType(bayPlan(context), step),
  commandNow: (context, _track, step) => ofType(planAfresh(context, { busy: false, onlyIsolate: false }), step),
  offPlan: (context, _track, step) => planType(bayPlan(context)) !== step,
  passed: (context, _track, step) => {
    const command = context.shuttle.last?.command;
    if (command?.type === 'stowPack') return { connect: { pack: command.params.pack, slot: command.params.slot } };
    return step === 'connectCharger' ? { connect: null } : {};
  },
  failed: (context, _track, step) => {
    const command = context.shuttle.last?.command;
    if (command?.type === 'connectCharger') return { connect: null };
    if (command?.type !== 'stowPack')
      return { shuttleStuck: true, ...(step === 'fetchPack' ? { prefetch: false } : {}) };
    const badSlots = [...context.badSlots, command.params.slot];
    const stuck = badSlots.length >= mostSlots || context.shuttle.failure?.reason !== 'placeOccupied';
    return { badSlots, shuttleStuck: stuck };
  },
  passedEffects: () => [],
  failedEffects: () => [],
  personEffects: (context, _track, why): Effect[] => {
    const { step, failure } = context.shuttle;
    const detail = `${why}: ${step ?? 'shuttle'} (${failure?.reason ?? why})`;
    const pack = packOf(context);
    const key = incidentKey(context);
    const { bay } = context;
    return [
      { kind: 'raiseAlarm', key, level: 2, code: 'needsPerson', bay, place: null, pack, detail },
      { kind: 'openIncident', key, code: 'needsPerson', bay, swap: null, packs: pack ? [pack] : [], detail },
    ];
  },
  attendedEffects: (context) => [
    { kind: 'clearAlarm', key: incidentKey(context) },
    { kind: 'closeIncident', key: incidentKey(context), detail: 'attended' },
  ],
  nextOrdinal: () => 0,
  counted: () => ({}),
};

function packOf(context: BayContext): string | null {
  const params = context.shuttle.last?.command.params;
  return params && 'pack' in params ? params.pack : null;
}
