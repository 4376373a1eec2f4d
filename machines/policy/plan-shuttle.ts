import type { Command } from '../../schema/wire/commands.ts';
import { berthPlace, isolationPlace, slotPlace } from '../../schema/wire/places.ts';
import type { PackFacts, StationState } from '../contract.ts';
import { chooseSlot } from './choose-pack.ts';
import { berthKey, isolationKey, packAt, slotOf } from './places.ts';

/** What the shuttle of one bay is there for, at this moment. */
export interface ShuttleGoals {
  state: StationState;
  bay: string;
  /** Swap or reservation whose slots may be used. */
  holder: string;
  /** Something else needs the shuttle to stand still; nothing but isolation is begun. */
  busy: boolean;
  onlyIsolate: boolean;
  /** Pack that is to be on a berth; every other pack on a berth is stowed. */
  wanted: string | null;
  /** A berth must be left free for the pack that will come out of the car. */
  keepBerthFree: boolean;
  isolate: readonly string[];
  /** Isolation boxes with a pack that nobody can read. The ledger may know of none there: they are not free. */
  unreadBoxes: readonly number[];
  /** Stowed and not yet plugged in. */
  connect: { pack: string; slot: number } | null;
  badSlots: readonly number[];
}

export type ShuttleCommand = Extract<Command, { type: 'isolatePack' | 'stowPack' | 'fetchPack' | 'connectCharger' }>;

/** The next task; `idle`: nothing left to do; `wait`: not now; `person`: it cannot go on by itself. */
export type ShuttlePlan = ShuttleCommand | 'idle' | 'wait' | 'person';

export function berthsOf(state: StationState, bay: string): number {
  return state.type.bays.find((candidate) => candidate.bay === bay)?.berths ?? 1;
}

/** Pack on each berth of the bay, in order; null: empty. */
export function berthLoad(state: StationState, bay: string): (PackFacts | null)[] {
  const count = berthsOf(state, bay);
  const load: (PackFacts | null)[] = [packAt(state, berthKey(state.station, bay, 1))];
  if (count === 2) load.push(packAt(state, berthKey(state.station, bay, 2)));
  return load;
}

export const freeBerth = (load: readonly (PackFacts | null)[]): number | null => {
  const index = load.indexOf(null);
  return index < 0 ? null : index + 1;
};

/** Goal-driven: isolation goes first, then what blocks a berth, then what the robot waits for, then the plug. */
export function planShuttle(goals: ShuttleGoals): ShuttlePlan {
  if (goals.busy) return 'wait';
  const load = berthLoad(goals.state, goals.bay);
  const isolation = planIsolation(goals, load);
  if (isolation || goals.onlyIsolate) return isolation ?? 'wait';
  return planStow(goals, load) ?? planFetch(goals, load) ?? planConnect(goals) ?? 'idle';
}

export function planIsolation(
  { state, bay, isolate, unreadBoxes }: Pick<ShuttleGoals, 'state' | 'bay' | 'isolate' | 'unreadBoxes'>,
  load: (PackFacts | null)[],
): ShuttlePlan | null {
  for (const code of isolate) {
    const facts = state.packs[code];
    const box = freeBox(state, unreadBoxes);
    if (!facts || box === null) continue;
    const berth = load.findIndex((loaded) => loaded?.code === code) + 1;
    const slot = slotOf(state, facts);
    // From a slot the pack rides on a berth.
    const from = berth > 0 ? berthPlace(bay, berth) : slot !== null && load.includes(null) ? slotPlace(slot) : null;
    if (from) return { type: 'isolatePack', params: { pack: code, from, to: isolationPlace(box) } };
  }
  return null;
}

export function freeBox(state: StationState, unread: readonly number[]): number | null {
  for (let box = 1; box <= state.type.isolationBoxes; box += 1) {
    if (!unread.includes(box) && !packAt(state, isolationKey(state.station, box))) return box;
  }
  return null;
}

function planStow(goals: ShuttleGoals, load: (PackFacts | null)[]): ShuttlePlan | null {
  // On a single berth even the wanted pack is in the way of the one that must come out first.
  const inTheWay = goals.keepBerthFree && load.length === 1;
  const index = load.findIndex((loaded) => loaded !== null && (loaded.code !== goals.wanted || inTheWay));
  const pack = load[index];
  if (!pack) return null;
  // What is set aside for another goes back to the slot that is set aside with it.
  const own = pack.reservedBy === null ? null : chooseSlot(goals.state, pack.reservedBy, goals.badSlots);
  const slot = own ?? chooseSlot(goals.state, goals.holder, goals.badSlots);
  if (slot === null) return 'person';
  return { type: 'stowPack', params: { pack: pack.code, berth: index + 1, slot } };
}

function planFetch({ state, wanted, keepBerthFree }: ShuttleGoals, load: (PackFacts | null)[]): ShuttlePlan | null {
  const facts = wanted === null ? undefined : state.packs[wanted];
  const slot = facts ? slotOf(state, facts) : null;
  const berth = freeBerth(load);
  if (!facts || slot === null) return null;
  const free = load.filter((loaded) => loaded === null).length;
  if (berth === null || free < (keepBerthFree ? 2 : 1)) return 'wait';
  return { type: 'fetchPack', params: { pack: facts.code, slot, berth } };
}

function planConnect({ connect }: ShuttleGoals): ShuttlePlan | null {
  return connect ? { type: 'connectCharger', params: connect } : null;
}
