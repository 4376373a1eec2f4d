import { type CommandType, moverOf } from '../../../schema/wire/commands.ts';
import type { PhysicalEntry } from '../../../station-sim/journal/physical.ts';
import { type BayNow, beginRules, broken, deviceRules, driveOffRules } from './rules.ts';

type Fact<K extends PhysicalEntry['kind']> = Extract<PhysicalEntry, { kind: K }>;

export interface MotionCount {
  station: string;
  motion: string;
  begun: number;
  ended: number;
}

/** What one station's physical journal says, replayed entry by entry. */
export interface StationReplay {
  station: string;
  /** Number of the last entry taken. */
  lastN: number;
  take(entry: PhysicalEntry): void;
  /** Pack → key of its place, as the ledger writes keys. A pack taken out of the world is not in it. */
  packs: ReadonlyMap<string, string>;
  motions: ReadonlyMap<string, MotionCount>;
  violations: readonly string[];
  /** Commands the interlocks did not let begin: the service asked for something that made no sense there. */
  refusals: readonly Fact<'refused'>[];
  /** VIN of the car on the stops of a bay. */
  standing(bay: string): string | null;
  /** Cars that left, or may leave now, with another pack than they came with. */
  exchanges(): readonly string[];
  counts: { entries: number; motions: number; packMoves: number; interrupted: number };
}

interface State {
  station: string;
  bays: Map<string, BayNow>;
  packs: Map<string, string>;
  at: Map<string, string>;
  /** Mover → what it is doing. */
  running: Map<string, { motion: string; commandId: string | null }>;
  motions: Map<string, MotionCount>;
  boot: number;
  /** A person is changing things: until the next motion begins. */
  byHand: boolean;
  violations: string[];
  refusals: Fact<'refused'>[];
  exchanged: string[];
  counts: StationReplay['counts'];
}

export function createStationReplay(station: string): StationReplay {
  const state: State = {
    station,
    bays: new Map(),
    packs: new Map(),
    at: new Map(),
    running: new Map(),
    motions: new Map(),
    boot: 0,
    byHand: true,
    violations: [],
    refusals: [],
    exchanged: [],
    counts: { entries: 0, motions: 0, packMoves: 0, interrupted: 0 },
  };
  const replay: StationReplay = {
    station,
    lastN: 0,
    packs: state.packs,
    motions: state.motions,
    violations: state.violations,
    refusals: state.refusals,
    exchanges: () => [
      ...state.exchanged,
      ...[...state.bays.values()].filter(mayLeaveExchanged).map(({ vin }) => vin ?? ''),
    ],
    counts: state.counts,
    standing(id) {
      const bay = state.bays.get(id);
      return bay?.vehicle === 'inPosition' ? bay.vin : null;
    },
    take(entry) {
      if (entry.n !== replay.lastN + 1) blame(state, entry, `entry ${entry.n} follows ${replay.lastN}`);
      replay.lastN = entry.n;
      state.counts.entries += 1;
      if (entry.boot !== state.boot) cutOff(state, entry.boot);
      takeFact(state, entry);
    },
  };
  return replay;
}

/** Whatever moved when the power went has stopped; a kill leaves nobody to write that down. */
function cutOff(state: State, boot: number): void {
  state.boot = boot;
  state.counts.interrupted += state.running.size;
  state.running.clear();
}

function takeFact(state: State, entry: PhysicalEntry): void {
  if (entry.kind === 'device') takeDevice(state, entry);
  else if (entry.kind === 'pack') takePack(state, entry);
  else if (entry.kind === 'motion' && entry.phase === 'begin') beginMotion(state, entry);
  else if (entry.kind === 'motion') endMotion(state, entry);
  else if (entry.kind === 'vehicle') takeVehicle(state, entry);
  else if (entry.kind === 'refused') state.refusals.push(entry);
  else if (entry.kind === 'hand') state.byHand = true;
  // `swap` facts are what the station measured: not needed here, and lost with a power cut.
}

function takeDevice(state: State, entry: Fact<'device'>): void {
  const bay = bayOf(state, entry.bay);
  const before = bay.device[entry.device];
  if (before !== undefined && before !== entry.from) {
    blame(state, entry, `${entry.device} was ${before}, not ${entry.from}`);
  }
  if (entry.commandId !== null) {
    for (const says of broken(deviceRules(entry.device, entry.to), bay)) {
      blame(state, entry, `${entry.device} to ${entry.to}: ${says}`);
    }
  }
  bay.device[entry.device] = entry.to;
}

function takePack(state: State, entry: Fact<'pack'>): void {
  const { pack } = entry;
  const from = entry.from === null ? undefined : placeKey(state.station, entry.from);
  const before = state.packs.get(pack);
  if (before !== from) blame(state, entry, `pack ${pack} was at ${before}, not at ${from}`);
  if (before !== undefined) state.at.delete(before);
  state.packs.delete(pack);
  state.counts.packMoves += 1;
  if (entry.to !== null) {
    const to = placeKey(state.station, entry.to);
    const other = state.at.get(to);
    if (other !== undefined) blame(state, entry, `pack ${pack} to ${to}, where ${other} is`);
    state.at.set(to, pack);
    state.packs.set(pack, to);
  }
  const moving = entry.from !== null && entry.to !== null;
  if (moving && !state.byHand && state.running.size === 0) blame(state, entry, `pack ${pack} moved without a motion`);
}

function beginMotion(state: State, entry: Fact<'motion'>): void {
  state.byHand = false;
  state.counts.motions += 1;
  const bay = bayOf(state, entry.bay);
  const type = entry.motion as Exclude<CommandType, 'setChargeLimit'>;
  for (const says of broken(beginRules[type] ?? [['unknown motion', () => false]], bay)) {
    blame(state, entry, `${entry.motion}: ${says}`);
  }
  for (const mover of moversOf(entry)) {
    const busy = state.running.get(mover);
    if (busy) blame(state, entry, `${entry.motion} while the ${mover} does ${busy.motion}`);
    state.running.set(mover, { motion: entry.motion, commandId: entry.commandId });
  }
  if (entry.commandId === null) return;
  const count = state.motions.get(entry.commandId) ?? { station: state.station, motion: type, begun: 0, ended: 0 };
  count.begun += 1;
  if (count.begun > 1) blame(state, entry, `command ${entry.commandId} moved ${count.begun} times`);
  state.motions.set(entry.commandId, count);
}

function endMotion(state: State, entry: Fact<'motion'>): void {
  if (entry.phase === 'interrupted') state.counts.interrupted += 1;
  for (const mover of moversOf(entry)) {
    if (state.running.get(mover)?.commandId !== entry.commandId) {
      blame(state, entry, `${entry.motion} ends, but the ${mover} did not do it`);
    }
    state.running.delete(mover);
  }
  const count = entry.commandId === null ? undefined : state.motions.get(entry.commandId);
  if (count) count.ended += 1;
}

function takeVehicle(state: State, entry: Fact<'vehicle'>): void {
  const bay = bayOf(state, entry.bay);
  if (entry.to === 'entering' && bay.vin !== null) blame(state, entry, `${entry.vin} drives in on ${bay.vin}`);
  if (entry.to === 'leaving' && !state.byHand) {
    for (const says of broken(driveOffRules, bay)) blame(state, entry, `${entry.vin} drives off: ${says}`);
  }
  if (entry.to === 'leaving' && bay.cameWith !== bay.frame) state.exchanged.push(entry.vin);
  bay.vin = entry.to === 'gone' ? null : entry.vin;
  bay.vehicle = entry.to;
  if (entry.to === 'entering') bay.cameWith = bay.frame;
}

const mayLeaveExchanged = (bay: BayNow): boolean =>
  bay.vehicle === 'inPosition' && bay.device.exitLight === 'green' && bay.cameWith !== bay.frame;

function bayOf(state: State, id: string): BayNow {
  let bay = state.bays.get(id);
  if (!bay) {
    bay = {
      device: {},
      vin: null,
      vehicle: 'gone',
      cameWith: null,
      get frame() {
        return this.vin === null ? null : (state.at.get(`vehicle/${this.vin}`) ?? null);
      },
      get lift() {
        return state.at.get(`${state.station}/bay/${id}/lift`) ?? null;
      },
    } as BayNow;
    state.bays.set(id, bay);
  }
  return bay;
}

function moversOf(entry: Fact<'motion'>): string[] {
  const mover = moverOf[entry.motion as CommandType];
  if (mover === 'both') return [`${entry.bay}/robot`, `${entry.bay}/shuttle`];
  return mover === 'none' ? [] : [`${entry.bay}/${mover}`];
}

/** The ledger's key of a physical place. A car's frame goes with the car, not with the station. */
export const placeKey = (station: string, place: string): string =>
  place.startsWith('vehicle/') ? place : `${station}/${place}`;

function blame(state: State, entry: PhysicalEntry, says: string): void {
  const bay = 'bay' in entry ? ` bay ${entry.bay}` : '';
  state.violations.push(`${state.station}${bay} #${entry.n}: ${says}`);
}
