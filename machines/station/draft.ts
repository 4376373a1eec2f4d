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
import type { Produced } from '../runtime/produced.ts';
import type { Transitioned } from '../runtime/runner.ts';
import { encodeLater, type Live } from '../runtime/stored.ts';
import { foldTimers } from '../runtime/timers.ts';
import type { Mode } from '../track/memory.ts';
import { applyEffect, changesFacts } from './apply.ts';
import { imageOfBay, type MachineEvent, type Moment, withImage, withoutImage, withoutKey } from './image.ts';
import { bayContextOf, cycleContextOf, describe, liveOf, machines } from './live.ts';

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

export type Draft = ReturnType<typeof createDraft>;

const mostRounds = 100;
