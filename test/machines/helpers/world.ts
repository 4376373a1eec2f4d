import type {
  ActionRequest,
  Effect,
  Ignored,
  StationInput,
  StationState,
  StationStep,
  StationType,
} from '../../../machines/contract.ts';
import type { PlantedBugs } from '../../../machines/planted.ts';
import { journeys } from '../../../machines/policy/assess.ts';
import { defaultStationType } from '../../../machines/station-type.ts';
import { newStation, stepStation } from '../../../machines/step-station.ts';
import type { Command, CommandOutcome } from '../../../schema/wire/commands.ts';
import type { EventBody, EventType, VehicleIdentity } from '../../../schema/wire/events.ts';
import type { HelloBody } from '../../../schema/wire/hello.ts';
import type { BaySafety } from '../../../schema/wire/sensors.ts';
import type { StationRecord } from '../../../schema/wire/uplink.ts';
import { type CommandEffect, custodyErrors, lastSwap } from './findings.ts';
import { helloOf } from './hello-of.ts';
import { carryOut, type Equipment, restingSensors, type Script } from './plc.ts';
import { createVirtualTime } from './virtual-time.ts';

export const station = 'bj-001';
export const packCode = (n: number): string => `PITPB00TRACE01A11${String(n).padStart(7, '0')}`;
export const vinOf = (n: number): string => `LSVTEST${String(n).padStart(10, '0')}`;

export interface WorldOptions {
  berths?: 1 | 2;
  slots?: number;
  packs?: number;
  type?: Partial<StationType>;
  timeScale?: number;
  planted?: PlantedBugs;
}

/**
 * A station, a scripted PLC and the core, in one process and in virtual time. The PLC carries commands out after their nominal time; a
 * script per step makes it fail, refuse, lie or fall silent.
 */
export function createWorld(options: WorldOptions = {}) {
  const slots = options.slots ?? 6;
  const type: StationType = {
    ...defaultStationType,
    bays: [{ bay: '1', berths: options.berths ?? 2 }],
    slots,
    ...options.type,
  };
  let state: StationState = newStation(station, type, { simulated: true });
  const clock = createVirtualTime(1_000_000);
  const { after, run } = clock;
  let seq = 0;
  let boot = 1;
  let safety: BaySafety = 'ready';
  let epoch = 1;
  let linkUp = true;
  const bootedAt = clock.now;
  const equipment: Equipment = { sensors: { ...restingSensors }, at: new Map(), dirty: new Set() };
  const effects: Effect[] = [];
  const ignored: Ignored[] = [];
  const steps: { input: StationInput; step: StationStep }[] = [];
  const scripts = new Map<string, Script[]>();
  const results = new Map<string, { outcome: CommandOutcome; hash: string; seq: number }>();
  const dropped: string[] = [];
  const running = new Map<string, CommandEffect>();
  const timers = new Map<string, { token: string; dueAt: number }>();
  let car: VehicleIdentity | null = null;
  for (let n = 1; n <= (options.packs ?? slots); n += 1) equipment.at.set(`slot/${n}`, packCode(n));

  function input(given: StationInput): StationStep {
    const beat = Math.floor((clock.now - bootedAt) / 1000);
    const { planted } = options;
    const step = stepStation(state, given, {
      now: clock.now,
      epoch,
      beat,
      validBeats: 20,
      ...(planted ? { planted } : {}),
    });
    state = step.state;
    steps.push({ input: given, step });
    ignored.push(...step.ignored);
    for (const effect of step.effects) take(effect);
    return step;
  }

  function take(effect: Effect): void {
    effects.push(effect);
    if (effect.kind === 'armTimer') {
      const { machine, instance, sendId, token, dueAt } = effect;
      const key = `${machine} ${instance} ${sendId}`;
      timers.set(key, { token, dueAt });
      after(Math.max(0, dueAt - clock.now), () => {
        if (timers.get(key)?.token === token) {
          input({ source: 'timer', bay: '1', machine, instance, sendId, token });
        }
      });
    } else if (effect.kind === 'cancelTimer') timers.delete(`${effect.machine} ${effect.instance} ${effect.sendId}`);
    else if (effect.kind === 'command') begin(effect);
    else if (effect.kind === 'supersede') cancel(effect.id);
  }

  function record<T extends EventType>(eventType: T, body: EventBody<T>): StationStep {
    seq += 1;
    const atMs = clock.now - bootedAt;
    const head = { v: 1 as const, station, journalId: 'j1', kind: 'record' as const, seq, boot, atMs };
    return input({
      source: 'record',
      record: { ...head, type: eventType, body } as StationRecord,
      occurredAt: clock.now,
    });
  }

  function begin(effect: CommandEffect): void {
    const drops = dropped.indexOf(effect.type);
    if (drops >= 0) {
      dropped.splice(drops, 1);
      return;
    }
    const script = scripts.get(effect.type)?.shift();
    if (script && ['refused', 'expired', 'conflict'].includes(script.outcome)) {
      after(10, () => finish(effect, script));
      return;
    }
    after(10, () => {
      if (results.has(effect.id)) return;
      running.set(effect.id, effect);
      record('commandAccepted', { id: effect.id });
      const nominal = effect.type === 'setChargeLimit' ? 10 : type.steps[effect.type].nominalMs;
      if (!script?.silent)
        after(nominal / (options.timeScale ?? 1), () => running.has(effect.id) && finish(effect, script));
    });
  }

  function finish(effect: CommandEffect, script?: Script): void {
    const outcome = script?.outcome ?? 'completed';
    running.delete(effect.id);
    if (outcome === 'completed' ? script?.moves !== false : script?.moves) {
      for (const read of carryOut(equipment, { type: effect.type, params: effect.params } as Command)) {
        record('packRead', { ...read, commandId: effect.id });
      }
    }
    if (script?.wrongRead) {
      const place = destination(effect);
      record('packRead', { place, code: script.wrongRead, commandId: effect.id, reading: null });
    }
    if (effect.type === 'connectCharger' && outcome === 'completed')
      charge(effect.params as { slot: number; pack: string });
    results.set(effect.id, { outcome, hash: effect.hash, seq: seq + 1 });
    record('commandResult', {
      id: effect.id,
      hash: effect.hash,
      outcome,
      reason: script?.reason ?? null,
      detail: null,
      durationMs: effect.type === 'setChargeLimit' ? 0 : type.steps[effect.type].nominalMs,
      sensors: { ...equipment.sensors, ...script?.sensors },
    });
  }

  /** As the engine does: a car that is gone, and its pack, are no longer part of the station's image. */
  function forget({ vin }: VehicleIdentity): void {
    const packs = Object.fromEntries(
      Object.entries(state.packs).filter(([, facts]) => facts.place.key !== `vehicle/${vin}`),
    );
    const { [vin]: _, ...vehicles } = state.vehicles;
    state = { ...state, packs, vehicles };
  }

  /** Where the first pack of a command is to come. */
  function destination({ type: step, params }: CommandEffect): string {
    const command = { type: step, params } as Command;
    return (
      journeys(command, station, '1', car?.vin ?? '')[0]
        ?.to.replace(`${station}/`, '')
        .replace(/^vehicle.*/, 'bay/1/vehicle') ?? ''
    );
  }

  /** A quarter of an hour later the pack is full again. */
  function charge({ slot, pack }: { slot: number; pack: string }): void {
    after(900_000, () => {
      if (equipment.at.get(`slot/${slot}`) !== pack) return;
      record('packReady', { slot, pack, registerWh: 1, reading: { socPct: 95 } });
    });
  }

  function cancel(id: string): void {
    after(10, () => {
      const effect = effects.find((each): each is CommandEffect => each.kind === 'command' && each.id === id);
      if (!effect || results.has(id)) return;
      if (running.has(id)) record('cancelTooLate', { id });
      else finish(effect, { outcome: 'cancelled' });
    });
  }

  const helloBody = (): HelloBody =>
    helloOf({
      ...{ type, equipment, state, running, results, seq, epoch, safety, car, bootedAt },
      now: clock.now,
      timeScale: options.timeScale ?? 1,
    });

  const world = {
    equipment,
    effects,
    ignored,
    steps,
    running,
    results,
    timers,
    type,
    get state() {
      return state;
    },
    get now() {
      return clock.now;
    },
    set state(next: StationState) {
      state = next;
    },
    input,
    record,
    /** What the station does with the next commands of this step, in order. */
    script(step: string, ...plan: Script[]): void {
      scripts.set(step, [...(scripts.get(step) ?? []), ...plan]);
    },
    /** The next command of this step never reaches the station. */
    drop: (step: string) => void dropped.push(step),
    destination,
    /** The running command of this step ends so. */
    finishWith(step: string, script: Script): void {
      const effect = [...running.values()].find((each) => each.type === step);
      if (effect) finish(effect, script);
    },
    /** A second result for the last command of this step, which no honest station would send. */
    finishAgain(step: string, script: Script): void {
      const effect = world.commands().findLast((each) => each.type === step);
      if (effect) finish(effect, script);
    },
    /** Whatever still runs ends now, as it should have. */
    finishRunning: () => [...running.values()].forEach((effect) => void finish(effect)),
    hello(begun: string[] = []): StationStep {
      linkUp = true;
      return input({ source: 'hello', hello: helloBody(), boot, occurredAt: clock.now, begun });
    },
    helloBody,
    loseLink(): StationStep {
      linkUp = false;
      return input({ source: 'link', up: false });
    },
    get linkUp() {
      return linkUp;
    },
    reboot(): void {
      boot += 1;
      record('booted', { reason: 'powerOn', firmware: 'mini' });
      for (const effect of [...running.values()]) finish(effect, { outcome: 'unknown' });
    },
    safety(next: BaySafety, cause: EventBody<'safety'>['cause']): StationStep {
      safety = next;
      equipment.sensors.emergencyStop = next === 'stopped';
      return record('safety', { bay: '1', state: next, cause, sensors: { ...equipment.sensors } });
    },
    /** Stops the bay: what moves fails with the e-stop. */
    emergencyStop(between: Partial<typeof restingSensors> = {}): void {
      Object.assign(equipment.sensors, between);
      world.safety('stopped', 'emergencyStop');
      for (const effect of [...running.values()]) finish(effect, { outcome: 'failed', reason: 'emergencyStop' });
    },
    /** Reset and confirm at the panel. */
    recover(person: string | null = null): void {
      world.safety('awaitingReset', 'emergencyStop');
      record('panel', { bay: '1', button: 'reset', person });
      world.safety('awaitingConfirm', 'reset');
      record('panel', { bay: '1', button: 'confirm', person });
      world.safety('ready', 'confirm');
    },
    action(request: Omit<ActionRequest, 'bay' | 'by' | 'reason'> & Partial<ActionRequest>): StationStep {
      return input({ source: 'action', request: { bay: '1', by: 'ann', reason: 'test', ...request } });
    },
    /** The car is gone, and nobody has told. */
    vanish(): void {
      car = null;
      equipment.at.delete('bay/1/vehicle');
      Object.assign(equipment.sensors, { vehiclePresent: false, packLock: 'noPack', exitLight: 'red' });
    },
    arrive(n: number, change: Partial<VehicleIdentity> = {}): void {
      world.stand(n, change);
      record('vehicleEntered', { bay: '1' });
      after(5000, () => car && record('vehicleInPosition', { bay: '1', vehicle: car }));
    },
    /** A car stands on the stops, and nobody has told. */
    stand(n: number, change: Partial<VehicleIdentity> = {}): void {
      const pack = change.pack === undefined ? packCode(900 + n) : change.pack;
      car = {
        vin: vinOf(n),
        odometerKm: 1000,
        firmware: 'car-1',
        parked: true,
        hvOff: true,
        consent: true,
        socPct: 20,
        ...change,
        pack,
      };
      if (pack) equipment.at.set('bay/1/vehicle', pack);
      Object.assign(equipment.sensors, {
        vehiclePresent: true,
        packLock: pack ? 'locked' : 'noPack',
        exitLight: 'red',
      });
    },
    changeVehicle(change: Partial<VehicleIdentity>): void {
      if (!car) return;
      car = { ...car, ...change };
      record('vehicleChanged', { bay: '1', vehicle: car });
    },
    leave(early = false): void {
      const gone = car;
      world.vanish();
      record('vehicleLeft', { bay: '1', early });
      if (gone) forget(gone);
    },
    takeOver(): void {
      epoch += 1;
      state = { ...state, reconciled: false };
    },
    run,
    swap: () => lastSwap(effects),
    commands: () => effects.filter((effect): effect is CommandEffect => effect.kind === 'command'),
    custodyErrors: () => custodyErrors(state, equipment, car),
  };
  return world;
}

export type World = ReturnType<typeof createWorld>;
