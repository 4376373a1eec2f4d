import type { AnyMachineSnapshot } from 'xstate';
import type { BayContext } from '../bay/context.ts';
import { bayRunner } from '../bay/machine.ts';
import { bayMigrations } from '../bay/migrations.ts';
import type {
  BayState,
  Effect,
  Ignored,
  Instance,
  MachineKind,
  StationState,
  StationStep,
  StepContext,
} from '../contract.ts';
import type { CycleContext, CycleInput } from '../cycle/context.ts';
import { cycleRunner } from '../cycle/machine.ts';
import { cycleMigrations } from '../cycle/migrations.ts';
import type { Produced } from '../runtime/produced.ts';
import type { Runner, Transitioned } from '../runtime/runner.ts';
import { decode, encodeLater, type Live, type Migration } from '../runtime/stored.ts';
import { foldTimers } from '../runtime/timers.ts';
import type { Image, Mode } from '../track/memory.ts';
import { applyEffect, changesFacts } from './apply.ts';

export type MachineEvent = { type: string } & Record<string, unknown>;

const machines: Record<MachineKind, { runner: Runner; migrations: Readonly<Record<number, Migration>> }> = {
  bay: { runner: bayRunner, migrations: bayMigrations },
  cycle: { runner: cycleRunner, migrations: cycleMigrations },
};

export const liveOf = (instance: Instance): Live => {
  const { runner, migrations } = machines[instance.machine];
  return decode(runner, migrations, instance.stored);
};

export const bayContextOf = (bay: BayState): BayContext => liveOf(bay.bay).snapshot.context as BayContext;
export const cycleContextOf = (bay: BayState): CycleContext | null =>
  bay.cycle ? (liveOf(bay.cycle).snapshot.context as CycleContext) : null;

/** The moment of an input by the station's clock. */
export interface Moment {
  at: number;
  atMs: number | null;
}

/**
 * A step in the making: the only mutable thing in the core, and it does not outlive one call of `stepStation`. It feeds events to machines,
 * applies what they give, lets them tell each other, and goes on until nothing more happens.
 */
export function createDraft(start: StationState, context: StepContext, moment: Moment) {
  let state = start;
  const effects: Effect[] = [];
  const ignored: Ignored[] = [];
  const changed = new Map<string, StationStep['changed'][number]>();
  const tells: { bay: string; produced: Produced }[] = [];
  let factsChanged = false;

  function apply(effect: Effect): void {
    effects.push(effect);
    state = applyEffect(state, effect);
    factsChanged ||= changesFacts(effect);
  }

  const commandIds = () => effects.flatMap((effect) => (effect.kind === 'command' ? [effect.id] : []));

  const bayOf = (bay: string): BayState | null => state.bays[bay] ?? null;

  const imageFor = (bay: string, revision: number) => imageOfBay(state, bay, { revision, context, moment });

  function put(bay: string, instance: Instance, ended: boolean): void {
    const own = bayOf(bay);
    if (!own) return;
    const next = instance.machine === 'bay' ? { ...own, bay: instance } : { ...own, cycle: ended ? null : instance };
    state = { ...state, bays: { ...state.bays, [bay]: next } };
    changed.set(`${bay}/${instance.machine}/${instance.instance}`, { bay, instance, ended });
  }

  /** Takes over what a transition gave: new instance, timers, effects; tells wait for their turn. */
  function take(
    bay: string,
    machine: MachineKind,
    name: string,
    revision: number,
    was: Live['timers'],
    moved: Transitioned,
  ): void {
    const { runner } = machines[machine];
    const token = `${context.epoch}.${revision}`;
    const folded = foldTimers(was, moved.actions, token);
    const snapshot = withoutImage(moved.snapshot);
    const live: Live = { snapshot, timers: folded.timers };
    const ended = snapshot.status === 'done';
    put(bay, { machine, instance: name, revision, stored: encodeLater(runner, live) }, ended);
    const key = { bay, machine, instance: name };
    for (const sendId of folded.cancelled) apply({ kind: 'cancelTimer', ...key, sendId });
    for (const { sendId, token: own, delayMs } of folded.armed) {
      apply({ kind: 'armTimer', ...key, sendId, token: own, dueAt: context.now + delayMs / state.timeScale });
    }
    for (const action of moved.actions) {
      for (const produced of (action.produce?.() ?? []) as Produced[]) {
        if (produced.kind === 'tell' || produced.kind === 'openCycle') tells.push({ bay, produced });
        else apply(produced);
      }
    }
    if (ended) tellOver(bay, snapshot.context as CycleContext);
  }

  /** The bay goes on with what the cycle saw last. */
  function tellOver(bay: string, { sensors }: CycleContext): void {
    if (sensors) tells.push({ bay, produced: { kind: 'tell', to: 'bay', event: { type: 'sensors', sensors } } });
    tells.push({ bay, produced: { kind: 'tell', to: 'bay', event: { type: 'cycleOver' } } });
  }

  /** Feeds one event. False: nothing happened. `fired`: the timer that is hereby used up. */
  function feed(bay: string, machine: MachineKind, event: MachineEvent, fired?: string): boolean {
    const instance = bayOf(bay)?.[machine];
    if (!instance) return false;
    const live = liveOf(instance);
    const revision = instance.revision + 1;
    const before = withImage(live.snapshot, imageFor(bay, revision));
    const moved = machines[machine].runner.transition(before, event);
    if (moved.snapshot === before && moved.actions.length === 0) return false;
    const forgets = context.planted?.has('shuttleKillsRobotDeadline') && event.type.startsWith('shuttle.');
    const armed = forgets ? {} : live.timers;
    const timers = fired === undefined ? armed : withoutKey(armed, fired);
    take(bay, machine, instance.instance, revision, timers, moved);
    if (fired !== undefined && !(fired in liveTimers(bay, machine))) {
      apply({ kind: 'cancelTimer', bay, machine, instance: instance.instance, sendId: fired });
    }
    return true;
  }

  const liveTimers = (bay: string, machine: MachineKind): Live['timers'] => {
    const instance = bayOf(bay)?.[machine];
    return instance ? liveOf(instance).timers : {};
  };

  function openCycle(input: Omit<CycleInput, 'image'>): void {
    const image = imageFor(input.bay, 1);
    take(input.bay, 'cycle', input.swap, 1, {}, cycleRunner.initial({ ...input, image }));
  }

  /** Mode as the bay's regions give it, and the engine's knowledge whether the station is reconciled. */
  function modeFor(bay: BayState): Mode {
    const value = liveOf(bay.bay).snapshot.value as Record<string, unknown>;
    if (!state.reconciled || value.link !== 'up' || value.safety !== 'ready') return 'suspended';
    return value.hold === 'free' ? 'running' : 'held';
  }

  function syncModes(): boolean {
    let any = false;
    for (const bay in state.bays) {
      const own = bayOf(bay);
      if (!own) continue;
      const mode = modeFor(own);
      const event = { type: `mode.${mode}` };
      if (bayContextOf(own).mode !== mode) any = feed(bay, 'bay', event) || any;
      const cycle = cycleContextOf(bayOf(bay) ?? own);
      if (cycle && cycle.mode !== mode) any = feed(bay, 'cycle', event) || any;
    }
    factsChanged ||= any;
    return any;
  }

  function wakeWatchers(): void {
    factsChanged = false;
    for (const bay in state.bays) {
      for (const machine of ['bay', 'cycle'] as const) {
        const instance = bayOf(bay)?.[machine];
        if (!instance || (machine === 'bay' && isCycleTime(bay))) continue;
        if (liveOf(instance).snapshot.hasTag('watching')) feed(bay, machine, { type: 'facts' });
      }
    }
  }

  /** The shuttle is the cycle's and at rest: no fact can make the bay do anything. */
  const isCycleTime = (bay: string): boolean => {
    const own = bayOf(bay);
    return own !== null && own.cycle !== null && bayContextOf(own).shuttle.phase === 'idle';
  };

  function deliver({ bay, produced }: (typeof tells)[number]): void {
    if (produced.kind === 'openCycle') openCycle(produced.input);
    else if (produced.kind === 'tell') feed(bay, produced.to, produced.event);
    // Whoever has ended or moved may be what another machine waits for.
    factsChanged = true;
  }

  /** Until every tell is delivered, every mode told and no watcher has anything to do. */
  function settle(): void {
    for (let round = 0; round < mostRounds; round += 1) {
      const tell = tells.shift();
      if (tell) deliver(tell);
      else if (!syncModes()) {
        if (!factsChanged) return;
        wakeWatchers();
      }
    }
    throw new Error('machines of a station do not come to rest');
  }

  function ignore(machine: MachineKind, instance: string, event: string, inState: string): void {
    ignored.push({ machine, instance, event, state: inState });
  }

  /** Feeds an event from outside: when nothing happens it is noted with the state that ignored it. */
  function offer(bay: string, machine: MachineKind, event: MachineEvent): boolean {
    const instance = bayOf(bay)?.[machine];
    const moved = feed(bay, machine, event);
    if (!moved && instance) ignore(machine, instance.instance, event.type, describe(liveOf(instance).snapshot.value));
    return moved;
  }

  return {
    context,
    moment,
    get state(): StationState {
      return state;
    },
    change(patch: Partial<StationState>): void {
      state = { ...state, ...patch };
    },
    apply,
    applyAll: (list: readonly Effect[]) => list.forEach(apply),
    feed,
    offer,
    ignore,
    settle,
    /** Commands so far, and the first one after them. */
    commandCount: () => commandIds().length,
    commandAfter: (count: number) => commandIds()[count] ?? null,
    finish: (action?: StationStep['action']): StationStep => ({
      state,
      effects,
      ignored,
      changed: [...changed.values()],
      ...(action ? { action } : {}),
    }),
  };
}

interface ImageOf {
  revision: number;
  context: StepContext;
  moment: Moment;
}

/** The process image of a machine of this bay. */
function imageOfBay(state: StationState, bay: string, { revision, context, moment }: ImageOf): Image {
  const own = state.bays[bay];
  const bayContext = own ? bayContextOf(own) : null;
  const phase = bayContext?.shuttle.phase ?? 'idle';
  return {
    state,
    now: context.now,
    at: moment.at,
    atMs: moment.atMs,
    boot: state.boot,
    revision,
    epoch: context.epoch,
    validity: { boot: state.boot, untilBeat: context.beat + context.validBeats },
    bayBusy: phase !== 'idle' && phase !== 'gate',
    bayStuck: phase === 'person',
    isolate: bayContext?.isolate ?? [],
  };
}

/** No guard looks at the clock, so a question needs none. */
const asking: StepContext = { now: 0, epoch: 0, beat: 0, validBeats: 0 };

/** Would this event do anything now? */
export function canTake(state: StationState, bay: string, machine: MachineKind, event: MachineEvent): boolean {
  const instance = state.bays[bay]?.[machine];
  if (!instance) return false;
  const moment: Moment = { at: 0, atMs: null };
  const image = imageOfBay(state, bay, { revision: instance.revision + 1, context: asking, moment });
  return withImage(liveOf(instance).snapshot, image).can(event);
}

export type Draft = ReturnType<typeof createDraft>;

const mostRounds = 100;

/** A state value as one word: `swapping,up,ready`, `working(robot(unlockPack(gate)))`. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return value;
  return Object.entries(value as Record<string, unknown>)
    .map(([key, inner]) => `${key}(${describe(inner)})`)
    .join(',');
}

export function withImage(snapshot: AnyMachineSnapshot, image: Image): AnyMachineSnapshot {
  return { ...snapshot, context: { ...snapshot.context, image } } as AnyMachineSnapshot;
}

function withoutImage(snapshot: AnyMachineSnapshot): AnyMachineSnapshot {
  return {
    ...snapshot,
    context: withoutKey(snapshot.context as Record<string, unknown>, 'image'),
  } as AnyMachineSnapshot;
}

function withoutKey<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  const { [key]: _, ...rest } = record;
  return rest;
}
