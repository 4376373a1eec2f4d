import type { Command } from '../../schema/wire/commands.ts';
import type { HelloBay, HelloBody } from '../../schema/wire/hello.ts';
import { unreadable } from '../../schema/wire/ids.ts';
import type { BaySensors } from '../../schema/wire/sensors.ts';
import type { Effect, LedgerPlace, PackFacts, StationState, Track } from '../contract.ts';
import { journeys } from './assess.ts';
import { lossKey, strangePack } from './custody.ts';
import { isElsewhereToo, notForSlots, reportedTwice } from './disputes.ts';
import { holdsOne, ledgerPlace, packAt, unknownPlace } from './places.ts';

/** A command that a machine of this station waits for. */
export interface Awaited {
  bay: string;
  machine: 'bay' | 'cycle';
  track: Track;
  id: string;
  command: Command;
  swap: string | null;
}

/**
 * What comparing a hello with the ledger can show (DESIGN section 5); the table is closed. `replay` of results that are not committed
 * yet is not here: a hello reaches the core only when the mark has come to its `asOfSeq`.
 */
export type Finding =
  /** Nothing differs: go on. */
  | { kind: 'equal' }
  /** A pack seen for the first time: the ledger takes it in. */
  | { kind: 'adopted'; code: string; place: string }
  /** A command is active that nobody here has given: hold, a person decides. */
  | { kind: 'unknownCommand'; bay: string; id: string }
  /** Another pack, or none, where the ledger has one: incident, and what was not seen is `unknown`. `left`: bay a hand took it from. */
  | {
      kind: 'packDiffers';
      bay: string | null;
      place: string;
      ledger: string | null;
      read: string | null;
      left: string | null;
    }
  /** A pack is there and its code cannot be read; `pack`: the one that the ledger has there and nobody saw elsewhere. */
  | { kind: 'unreadable'; bay: string | null; place: string; pack: string | null }
  /** A device stands otherwise than after the last result, and no command of ours explains it. */
  | { kind: 'sensorDiffers'; bay: string; device: string; was: string; reads: string }
  /** Motion begun, no result and not active; or a result that never reached the machine: sensors or a person decide. */
  | { kind: 'motionLost'; awaited: Awaited }
  /** The car here is not the car that was here. */
  | { kind: 'vehicleDiffers'; bay: string; ledger: string | null; read: string | null };

export interface HelloView {
  state: StationState;
  hello: HelloBody;
  awaited: readonly Awaited[];
  /** Commands that have begun, by the outbox. */
  begun: ReadonlySet<string>;
  /** VIN of the car that each bay believes to have. */
  vins: Readonly<Record<string, string | null>>;
  /** Sensors of each bay after the last result of its cycle, while the robot rests; null when nothing is known of how it should read. */
  resting: Readonly<Record<string, BaySensors | null>>;
}

export interface Reconciled {
  findings: Finding[];
  /** Custody as the hello proves it. */
  effects: Effect[];
}

export function reconcile(view: HelloView): Reconciled {
  const custody = reconcileCustody(view);
  const findings: Finding[] = [...custody.findings];
  const effects = [...custody.effects];
  for (const bay of view.hello.bays) {
    const moved = reconcileSensors(view, bay);
    findings.push(...moved, ...reconcileCommands(view, bay), ...reconcileVehicle(view, bay));
    effects.push(...moved.flatMap(sensorIncident));
  }
  return { findings: findings.length > 0 ? findings : [{ kind: 'equal' }], effects };
}

type Device = 'clamps' | 'vehicleLift' | 'packLock' | 'packLift';
const devices: readonly Device[] = ['clamps', 'vehicleLift', 'packLock', 'packLift'];

/** A device of the robot that somebody has moved by hand. A command under way explains whatever it reads. */
function reconcileSensors({ resting }: HelloView, { bay, sensors, active }: HelloBay): Finding[] {
  const before = resting[bay];
  if (!before || active.length > 0) return [];
  return devices
    .filter((device) => before[device] !== sensors[device])
    .map((device) => ({ kind: 'sensorDiffers', bay, device, was: before[device], reads: sensors[device] }));
}

function sensorIncident(finding: Finding): Effect[] {
  if (finding.kind !== 'sensorDiffers') return [];
  const { bay, device, was, reads } = finding;
  const detail = `hello: ${device} of bay ${bay} is ${reads}, after the last result it was ${was}`;
  const key = `sensor/bay/${bay}/${device}`;
  return [{ kind: 'openIncident', key, code: 'sensorDiffers', bay, swap: null, packs: [], detail }];
}

function reconcileCommands({ hello, awaited, begun }: HelloView, bay: HelloBay): Finding[] {
  const active = new Set(bay.active.map(({ id }) => id));
  const ended = new Set(hello.results.map(({ id }) => id));
  const own = awaited.filter((each) => each.bay === bay.bay);
  const foreign = [...active].filter((id) => !own.some((each) => each.id === id));
  const lost = own.filter(({ id }) => !active.has(id) && (ended.has(id) || begun.has(id)));
  return [
    ...foreign.map((id): Finding => ({ kind: 'unknownCommand', bay: bay.bay, id })),
    ...lost.map((each): Finding => ({ kind: 'motionLost', awaited: each })),
  ];
}

function reconcileVehicle({ vins }: HelloView, { bay, vehicle }: HelloBay): Finding[] {
  const ledger = vins[bay] ?? null;
  const read = vehicle?.vin ?? null;
  return ledger === read ? [] : [{ kind: 'vehicleDiffers', bay, ledger, read }];
}

interface Read {
  place: LedgerPlace;
  wire: string;
  bay: string | null;
  code: string | null;
}

function readsOf({ state, hello }: HelloView): Read[] {
  const reads: Read[] = [];
  const add = (wire: string, code: string | null, bay: string | null, vin: string | null) => {
    const place = ledgerPlace(state.station, wire, vin);
    if (place) reads.push({ place, wire, bay, code });
  };
  for (const { slot, code } of hello.slots) add(`slot/${slot}`, code, null, null);
  for (const { place, code } of hello.isolation) add(place, code, null, null);
  for (const { bay, places, vehicle } of hello.bays) {
    for (const { place, code } of places) add(place, code, bay, vehicle?.vin ?? null);
  }
  return reads;
}

function reconcileCustody(view: HelloView): Reconciled {
  const { state } = view;
  const reads = readsOf(view);
  const named = (code: string | null): code is string => code !== null && code !== unreadable;
  const seen = new Map(reads.flatMap((read) => (named(read.code) ? ([[read.code, read]] as const) : [])));
  const carried = new Set(view.awaited.flatMap((each) => packsInHand(view, each)));
  const result: Reconciled = { findings: [], effects: [] };
  for (const read of [...reads, ...unlisted(state, reads)]) {
    const there = packAt(state, read.place.key);
    if (read.code === unreadable) {
      const pack = there && !seen.has(there.code) ? there.code : null;
      result.findings.push({ kind: 'unreadable', bay: read.bay, place: read.wire, pack });
      continue;
    }
    if (there && there.code !== read.code && !seen.has(there.code) && !carried.has(there.code))
      lose(view, read, there, result);
    // A pack in the hand of a motion may be seen at its new place before the reader has told: custody waits for that read.
    if (read.code !== null && there?.code !== read.code && !carried.has(read.code))
      place(view, read, read.code, result);
  }
  return result;
}

/** Places of the ledger that this hello does not name although it names them all: nothing is there. */
function unlisted(state: StationState, reads: readonly Read[]): Read[] {
  const listed = new Set(reads.map((read) => read.place.key));
  return Object.values(state.packs).flatMap(({ place }) => {
    if (place.station !== state.station || !holdsOne(place) || listed.has(place.key)) return [];
    const wire = place.key.slice(state.station.length + 1);
    return [{ place, wire, bay: bayOfKey(state, place.key), code: null }];
  });
}

const bayOfKey = (state: StationState, key: string): string | null =>
  Object.keys(state.bays).find((bay) => key.startsWith(`${state.station}/bay/${bay}/`)) ?? null;

/** Packs that a command under way carries: their next read will come, nothing is missing yet. */
function packsInHand({ state, hello, vins }: HelloView, { bay, id, command }: Awaited): string[] {
  const active = hello.bays.some((each) => each.bay === bay && each.active.some((one) => one.id === id));
  return active ? journeys(command, state.station, bay, vins[bay] ?? '').map(({ pack }) => pack) : [];
}

function lose({ state }: HelloView, read: Read, there: PackFacts, result: Reconciled): void {
  const { bay, wire, code } = read;
  const detail = `hello: ${wire} reads ${code ?? 'empty'} instead of ${there.code}`;
  const to = unknownPlace(state.station);
  result.findings.push({ kind: 'packDiffers', bay, place: wire, ledger: there.code, read: code, left: null });
  result.effects.push(
    { kind: 'moveBattery', code: there.code, from: there.place, to, bay, swap: null, cause: 'hello', reading: null },
    {
      kind: 'openIncident',
      key: lossKey(there.code),
      code: 'packUnknown',
      bay,
      swap: null,
      packs: [there.code],
      detail,
    },
  );
}

function place({ state }: HelloView, read: Read, code: string, result: Reconciled): void {
  const { bay, wire } = read;
  const facts = state.packs[code] ?? strangePack(code, state.station);
  const known = facts.custodyVersion > 0;
  const move = { kind: 'moveBattery' as const, code, to: read.place, bay, swap: null, reading: null };
  if (!known) {
    result.findings.push({ kind: 'adopted', code, place: wire });
    result.effects.push({ ...move, from: null, cause: 'adopted' });
    return;
  }
  const ledger = packAt(state, read.place.key)?.code ?? null;
  const left = bayOfKey(state, facts.place.key);
  result.findings.push({ kind: 'packDiffers', bay, place: wire, ledger, read: code, left: left === bay ? null : left });
  result.effects.push({ ...move, from: facts.place, cause: 'hello' }, ...notForSlots(facts, read.place, bay));
  if (isElsewhereToo(facts, state.station)) {
    result.effects.push(...reportedTwice(facts, read.place.key, bay));
    return;
  }
  if (facts.place.kind === 'unknown') {
    result.effects.push({ kind: 'closeIncident', key: lossKey(code), detail: `seen at ${wire}` });
    return;
  }
  const detail = `hello: ${code} is at ${wire}, the ledger had it at ${facts.place.key}`;
  const key = `moved/${code}`;
  result.effects.push({ kind: 'openIncident', key, code: 'packMoved', bay, swap: null, packs: [code], detail });
}
