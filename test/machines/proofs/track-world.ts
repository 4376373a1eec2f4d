import type {
  Effect,
  MachineKind,
  StationInput,
  StationState,
  StationStep,
  StationType,
  Track,
} from '../../../machines/contract.ts';
import { liveOf } from '../../../machines/station/live.ts';
import { defaultStationType } from '../../../machines/station-type.ts';
import { newStation, stepStation } from '../../../machines/step-station.ts';
import type { TrackMemory } from '../../../machines/track/memory.ts';
import type { Command, CommandOutcome, FailureReason } from '../../../schema/wire/commands.ts';
import type { EventBody, EventType, VehicleIdentity } from '../../../schema/wire/events.ts';
import type { BaySafety, BaySensors } from '../../../schema/wire/sensors.ts';
import type { StationRecord } from '../../../schema/wire/uplink.ts';
import { carryOut, type Read, restingSensors } from '../helpers/plc.ts';
import { packCode, station, vinOf } from '../helpers/world.ts';

export type CommandEffect = Extract<Effect, { kind: 'command' }>;
type Timer = Extract<Effect, { kind: 'armTimer' }>;

export interface Walked {
  machine: MachineKind;
  track: Track;
}

/**
 * Station, core and equipment as one value: a move gives a new one, so that a graph can be searched. The walked track's command waits for
 * the move that answers it; all other movers do at once what they are told, so that the tracks are walked apart.
 */
export interface TrackWorld {
  walked: Walked;
  state: StationState;
  sensors: BaySensors;
  at: Map<string, string>;
  /** The walked track's command that has no result yet. */
  open: CommandEffect | null;
  /** Pack reads that have not come in, with the command they belong to. */
  late: (Read & { commandId: string })[];
  timers: Map<string, Timer>;
  car: VehicleIdentity | null;
  now: number;
  seq: number;
  safety: BaySafety;
}

const startedAt = 1_000_000;
const shuttleTypes: ReadonlySet<string> = new Set(['fetchPack', 'stowPack', 'connectCharger', 'isolatePack']);
/** Steps see this; the search must not change it under those who hold it. */
type Seen = (step: StationStep) => void;
let seen: Seen = () => {};

/** Shows every step of every world to `watch`. */
export function watchSteps(watch: Seen): void {
  seen = watch;
}

export function createTrackWorld(walked: Walked, options: { berths: 1 | 2; packs: number }): TrackWorld {
  const { steps } = defaultStationType;
  // One retry everywhere: by value and `retriesLeft` alone a second attempt cannot be told from the first.
  const once = Object.fromEntries(Object.entries(steps).map(([step, times]) => [step, { ...times, retries: 1 }]));
  const type: StationType = {
    ...defaultStationType,
    bays: [{ bay: '1', berths: options.berths }],
    slots: 5,
    steps: once as StationType['steps'],
  };
  const world: TrackWorld = {
    walked,
    state: newStation(station, type, { simulated: true }),
    sensors: { ...restingSensors },
    at: new Map(Array.from({ length: options.packs }, (_, n) => [`slot/${n + 1}`, packCode(n + 1)])),
    open: null,
    late: [],
    timers: new Map(),
    car: null,
    now: startedAt,
    seq: 0,
    safety: 'ready',
  };
  hello(world);
  return world;
}

export const copyOf = (world: TrackWorld): TrackWorld => ({
  ...world,
  sensors: { ...world.sensors },
  at: new Map(world.at),
  late: [...world.late],
  timers: new Map(world.timers),
  now: world.now + 1000,
});

const isWalked = ({ walked }: TrackWorld, { machine, type }: CommandEffect): boolean =>
  machine === walked.machine && (shuttleTypes.has(type) ? 'shuttle' : 'robot') === walked.track;

export function input(world: TrackWorld, given: StationInput): void {
  const beat = Math.floor((world.now - startedAt) / 1000);
  const step = stepStation(world.state, given, { now: world.now, epoch: 1, beat, validBeats: 20 });
  seen(step);
  world.state = step.state;
  const others: CommandEffect[] = [];
  for (const effect of step.effects) {
    if (effect.kind === 'armTimer') world.timers.set(timerKey(effect), effect);
    else if (effect.kind === 'cancelTimer') world.timers.delete(timerKey(effect));
    else if (effect.kind === 'command' && isWalked(world, effect)) world.open = effect;
    else if (effect.kind === 'command') others.push(effect);
  }
  for (const command of others) answer(world, command, { outcome: 'completed' });
}

const timerKey = ({ machine, sendId }: Pick<Timer, 'machine' | 'sendId'>): string => `${machine} ${sendId}`;

export function record<T extends EventType>(world: TrackWorld, type: T, body: EventBody<T>): void {
  world.seq += 1;
  const head = { v: 1 as const, station, journalId: 'j1', kind: 'record' as const, seq: world.seq, boot: 1 };
  const full = { ...head, atMs: world.now - startedAt, type, body } as StationRecord;
  input(world, { source: 'record', record: full, occurredAt: world.now });
}

export interface Answer {
  outcome: CommandOutcome;
  reason?: FailureReason;
  /** The motion is carried out; by default only when it is completed. */
  moved?: boolean;
  reads?: 'all' | 'late' | 'nothing';
  sensors?: Partial<BaySensors>;
}

/** What the station does with a command, and says of it. */
export function answer(world: TrackWorld, command: CommandEffect, given: Answer): void {
  if (world.open?.id === command.id) world.open = null;
  const { outcome, reason = null, moved = outcome === 'completed', reads = 'all' } = given;
  if (outcome === 'completed' && moved) mend(world, command.type);
  const equipment = { sensors: world.sensors, at: world.at, dirty: new Set<string>() };
  const found = moved ? carryOut(equipment, { type: command.type, params: command.params } as Command) : [];
  Object.assign(world.sensors, given.sensors);
  if (reads === 'late') world.late.push(...found.map((read) => ({ ...read, commandId: command.id })));
  if (reads === 'all') for (const read of found) sendRead(world, { ...read, commandId: command.id });
  if (reads === 'nothing')
    for (const { place } of found) sendRead(world, { place, code: null, reading: null, commandId: command.id });
  const { id, hash } = command;
  const body = { id, hash, outcome, reason, detail: null, durationMs: 1, sensors: { ...world.sensors } };
  record(world, 'commandResult', body);
}

/** What only a half-way reading has changed reads well again. */
function mend({ sensors, car }: TrackWorld, step: string): void {
  if (step === 'authorise') sensors.vehiclePresent = car !== null;
  if (step === 'verifyPack') sensors.packLock = 'locked';
}

export function sendRead(world: TrackWorld, read: EventBody<'packRead'>): void {
  record(world, 'packRead', read);
}

export function setSafety(world: TrackWorld, state: BaySafety): void {
  world.safety = state;
  world.sensors.emergencyStop = state === 'stopped';
  record(world, 'safety', { bay: '1', state, cause: 'emergencyStop', sensors: { ...world.sensors } });
}

export function arrive(world: TrackWorld): void {
  world.car = {
    vin: vinOf(1),
    pack: packCode(901),
    odometerKm: 1000,
    firmware: 'car-1',
    parked: true,
    hvOff: true,
    consent: true,
    socPct: 20,
  };
  world.at.set('bay/1/vehicle', packCode(901));
  Object.assign(world.sensors, { vehiclePresent: true, packLock: 'locked' });
  record(world, 'vehicleInPosition', { bay: '1', vehicle: world.car });
}

export function hello(world: TrackWorld): void {
  const { now, seq, sensors, safety, car, at, open, state } = world;
  const read = (place: string) => ({ place, code: at.get(place) ?? null });
  const slots = Array.from({ length: state.type.slots }, (_, index) => {
    const code = at.get(`slot/${index + 1}`) ?? null;
    return { slot: index + 1, code, socPct: code ? 95 : null, charging: false, ready: code !== null };
  });
  const berths = state.type.bays[0]?.berths ?? 2;
  const places = ['bay/1/berth/1', ...(berths === 2 ? ['bay/1/berth/2'] : []), 'bay/1/lift', 'bay/1/vehicle'];
  const active = open ? [{ id: open.id, type: open.type }] : [];
  const anchor = { atMs: now - startedAt, utc: new Date(now).toISOString() };
  const bay = { bay: '1', berths, sensors: { ...sensors }, safety, active, vehicle: car, places: places.map(read) };
  const isolation = [1, 2].map((box) => read(`isolation/${box}`));
  const figures = {
    asOfSeq: seq,
    oldestSeq: 0,
    epoch: 1,
    firmware: 'mini',
    timeScale: 1,
    beat: 0,
    stationPowerLimitW: 1,
  };
  const body = { ...figures, anchor, bays: [bay], slots, isolation, results: [], alarms: [] };
  input(world, { source: 'hello', hello: body, boot: 1, occurredAt: now, begun: open ? [open.id] : [] });
}

export function fire(world: TrackWorld, timer: Timer): void {
  const { bay, machine, instance, sendId, token } = timer;
  world.timers.delete(timerKey(timer));
  world.now = Math.max(world.now, timer.dueAt);
  input(world, { source: 'timer', bay, machine, instance, sendId, token });
}

/**
 * What tells states of a walk apart: the value of the walked track and of the mode, and whether the step under way may still be tried again.
 * Where a person or the sensors must decide, also whether an answer is still awaited and anything stands half-way; before a pack is locked,
 * whether it comes from the lift.
 */
export function walkedState({ walked, state, open, sensors, at }: TrackWorld): string {
  const instance = state.bays['1']?.[walked.machine];
  if (!instance) return 'over';
  const { value, context } = liveOf(instance).snapshot;
  const regions = (walked.machine === 'bay' ? value : value.working) as Record<string, unknown> | undefined;
  const { step, phase, attempt } = context[walked.track] as TrackMemory;
  const undecided = phase === 'person' || phase === 'unclear';
  return JSON.stringify({
    at: regions?.[walked.track],
    mode: regions?.mode,
    retriesLeft: step !== null && attempt <= state.type.steps[step].retries,
    ...(undecided ? { open: open !== null, halfway: Object.values(sensors).includes('between') } : {}),
    ...(step === 'lockPack' ? { onLift: at.has('bay/1/lift') } : {}),
  });
}
