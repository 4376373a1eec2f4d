import type { BaySafety } from '../schema/wire/sensors.ts';
import type { BayState, BayView, StationState } from './contract.ts';
import type { CycleContext } from './cycle/context.ts';
import { allowedActions } from './station/actions.ts';
import { bayContextOf, cycleContextOf, liveOf } from './station/live.ts';
import { unreadInBay } from './station/unread.ts';
import type { TrackMemory } from './track/memory.ts';

/** What a bay shows people, or null when the station has no such bay. */
export function bayView(state: StationState, bay: string): BayView | null {
  const own = state.bays[bay];
  if (!own) return null;
  const context = bayContextOf(own);
  const cycle = cycleContextOf(own);
  const value = liveOf(own.bay).snapshot.value as Record<string, unknown>;
  return {
    bay,
    state: stateWord(own, value, state.reconciled),
    swap: cycle?.swap ?? null,
    robotStep: cycle?.robot.step ?? null,
    shuttleStep: cycle?.shuttle.step ?? (context.shuttle.phase === 'idle' ? null : context.shuttle.step),
    waitingFor: unreadWords(state, bay, value) ?? waitingFor(own, value, state.reconciled),
    vin: context.vehicle?.identity.vin ?? null,
    safety: value.safety as BaySafety,
    sensors: cycle?.sensors ?? context.sensors,
    allowed: allowedActions(state, bay),
  };
}

/** Where the machines of a bay are: paths of the states that are active and have none inside. Null when the station has no such bay. */
export function bayStates(
  state: StationState,
  bay: string,
): { states: string[]; cycle: { swap: string; states: string[] } | null } | null {
  const own = state.bays[bay];
  if (!own) return null;
  const cycle = own.cycle && { swap: own.cycle.instance, states: pathsOf(liveOf(own.cycle).snapshot.value) };
  return { states: pathsOf(liveOf(own.bay).snapshot.value), cycle };
}

/** `{ work: 'idle', mode: { a: 'b' } }` as `work.idle`, `mode.a.b`. */
function pathsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return Object.entries(value as Record<string, unknown>).flatMap(([key, inner]) => {
    const inside = pathsOf(inner);
    return inside.length === 0 ? [key] : inside.map((path) => `${key}.${path}`);
  });
}

const needsPerson = (own: BayState): boolean => {
  const cycle = cycleContextOf(own);
  return [bayContextOf(own).shuttle, cycle?.robot, cycle?.shuttle].some((track) => track?.phase === 'person');
};

/** The regions of a bay in one word; what keeps it from working comes first. */
function stateWord(own: BayState, value: Record<string, unknown>, reconciled: boolean): BayView['state'] {
  if (value.link !== 'up' || !reconciled) return 'offline';
  if (value.safety !== 'ready') return 'emergencyStopped';
  if (needsPerson(own)) return 'faulted';
  if (value.hold !== 'free') return value.hold as 'held' | 'maintenance';
  return typeof value.work === 'string' ? (value.work as BayView['state']) : 'awaiting';
}

/** Of what holds a bay that is connected and ready, a pack without a name comes first. */
function unreadWords(state: StationState, bay: string, value: Record<string, unknown>): string | null {
  if (value.link !== 'up' || !state.reconciled || value.safety !== 'ready') return null;
  const place = unreadInBay(state, bay);
  return place === null ? null : `the code of the pack at ${place} to be readable`;
}

function waitingFor(own: BayState, value: Record<string, unknown>, reconciled: boolean): string | null {
  const bay = bayContextOf(own);
  const cycle = cycleContextOf(own);
  if (value.link !== 'up') return 'the station to connect';
  if (!reconciled) return 'the station to say hello';
  if (value.safety !== 'ready') return safetyWords[value.safety as BaySafety];
  if (bay.shuttle.phase === 'person') return 'a person: the shuttle has given up';
  if (needsPerson(own)) return 'a person to resolve or confirm';
  if (value.hold !== 'free') return `resume (held: ${bay.hold?.reason ?? 'by staff'})`;
  return cycle ? trackWords(cycle) : null;
}

const safetyWords: Record<BaySafety, string | null> = {
  ready: null,
  stopped: 'the cause of the stop to go away',
  awaitingReset: 'reset at the panel',
  awaitingConfirm: 'confirm at the panel',
};

function trackWords({ robot, shuttle, incoming, vehicle }: CycleContext): string | null {
  if (robot.step === null && robot.phase === 'idle') {
    if (!vehicle.parked || !vehicle.hvOff || !vehicle.consent) return 'the driver';
    return incoming === null ? 'a ready pack' : null;
  }
  return phaseWords(robot) ?? phaseWords(shuttle);
}

function phaseWords({ step, phase }: TrackMemory): string | null {
  switch (phase) {
    case 'gate':
      return step === 'exchange' ? 'the shuttle' : null;
    case 'proving':
      return `the pack to be read (${step})`;
    case 'unclear':
      return `sensors to settle ${step}`;
    case 'pause':
      return `the station, which refused ${step}`;
    default:
      return null;
  }
}
