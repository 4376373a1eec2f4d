import type { Command } from '../../schema/wire/commands.ts';
import type { PackReading } from '../../schema/wire/sensors.ts';
import type { Effect, LedgerPlace, PackFacts, StationState } from '../contract.ts';
import { journeys } from './assess.ts';
import { countMove, countReading } from './counters.ts';
import { isElsewhereToo, notForSlots, reportedTwice } from './disputes.ts';
import { holdsOne, packAt, unknownPlace } from './places.ts';

/** A sensor has told what is at a place. */
export interface Sighting {
  place: LedgerPlace;
  /** Null: the place is empty. */
  code: string | null;
  reading: PackReading | null;
  cause: string;
  bay: string | null;
  swap: string | null;
  vin: string;
  /** The command under way, when it brought the pack here. */
  command: Command | null;
}

export const lossKey = (code: string): string => `custody/${code}`;

/** Facts of a pack that nobody has told us anything about. */
export function strangePack(code: string, station: string): PackFacts {
  return {
    code,
    place: unknownPlace(station),
    custodyVersion: 0,
    model: '',
    firmware: '',
    socPct: null,
    sohPct: null,
    energyWh: null,
    ready: false,
    alarmLevel: 0,
    status: 'inService',
    reservedBy: null,
  };
}

/**
 * Custody follows the sensor: the code that was read is at the place where it was read. Whatever the ledger had there instead, and
 * whatever was expected to come there, is at a place nobody has seen: unknown, with an incident. Every pack keeps exactly one place.
 */
export function sight(state: StationState, sighting: Sighting): Effect[] {
  const { place, code } = sighting;
  const there = holdsOne(place) ? packAt(state, place.key) : null;
  const missing = missingPacks(state, sighting, there);
  const lost = missing.flatMap((pack) => lose(state, pack, sighting));
  if (code === null) return lost;
  const facts = state.packs[code] ?? strangePack(code, state.station);
  const moved = there?.code === code ? [] : move(facts, sighting);
  return [
    ...lost,
    ...moved,
    ...updateFromReading(facts, sighting),
    ...(moved.length > 0 ? doubts(state, facts, sighting) : []),
  ];
}

/** Packs that this sighting proves not to be where the ledger has them. */
function missingPacks(state: StationState, sighting: Sighting, there: PackFacts | null): PackFacts[] {
  const { place, code, command } = sighting;
  const missing = there && there.code !== code ? [there] : [];
  if (!command) return missing;
  for (const journey of journeys(command, state.station, sighting.bay ?? '', sighting.vin)) {
    const expected = state.packs[journey.pack];
    if (journey.to !== place.key || journey.pack === code || !expected || missing.includes(expected)) continue;
    if (expected.place.key === journey.from) missing.push(expected);
  }
  return missing;
}

function lose(state: StationState, pack: PackFacts, sighting: Sighting): Effect[] {
  const { place, code, bay, swap } = sighting;
  const detail = `${pack.code} was not at ${pack.place.key}: ${place.key} reads ${code ?? 'empty'}`;
  return [
    {
      kind: 'moveBattery',
      code: pack.code,
      from: pack.place,
      to: unknownPlace(state.station),
      bay,
      swap,
      cause: 'notSeen',
      reading: null,
    },
    { kind: 'openIncident', key: lossKey(pack.code), code: 'packUnknown', bay, swap, packs: [pack.code], detail },
  ];
}

/** What a person has to look into, although custody follows the reader. */
function doubts({ station }: StationState, facts: PackFacts, { place, bay }: Sighting): Effect[] {
  return [
    ...(isElsewhereToo(facts, station) ? reportedTwice(facts, place.key, bay) : []),
    ...notForSlots(facts, place, bay),
  ];
}

function move(facts: PackFacts, sighting: Sighting): Effect[] {
  const { place, bay, swap, cause, reading } = sighting;
  const known = facts.custodyVersion > 0;
  const from = known ? facts.place : null;
  const effects: Effect[] = [
    { kind: 'moveBattery', code: facts.code, from, to: place, bay, swap, cause: known ? cause : 'adopted', reading },
  ];
  if (known && facts.place.kind === 'unknown') {
    effects.push({ kind: 'closeIncident', key: lossKey(facts.code), detail: `seen at ${place.key}` });
  }
  return effects;
}

type BatteryPatch = Extract<Effect, { kind: 'updateBattery' }>['patch'];

/** What a reading changes in the facts of a pack, or null. A pack that has left its slot is not ready any more. */
export function readingPatch(facts: PackFacts, reading: PackReading | null, inSlot: boolean): BatteryPatch | null {
  const patch: BatteryPatch = {};
  if (reading) {
    patch.socPct = reading.socPct;
    if (reading.sohPct !== undefined) patch.sohPct = reading.sohPct;
    if (reading.energyWh !== undefined) patch.energyWh = reading.energyWh;
    if (reading.firmware !== undefined && reading.firmware !== facts.firmware) patch.firmware = reading.firmware;
    if (reading.model !== undefined && reading.model !== facts.model) {
      patch.model = reading.model;
      // What is known of the other model is not known here until the pack is loaded anew.
      if (facts.modelFacts) patch.modelFacts = null;
    }
  }
  if (facts.ready && !inSlot) patch.ready = false;
  Object.assign(patch, countReading(facts, reading));
  return Object.keys(patch).length > 0 ? patch : null;
}

function updateFromReading(facts: PackFacts, { place, reading }: Sighting): Effect[] {
  const patch = readingPatch(facts, reading, place.kind === 'slot') ?? {};
  const counters = patch.counters ?? facts.counters;
  Object.assign(patch, countMove(counters ? { ...facts, counters } : facts, place));
  return Object.keys(patch).length > 0 ? [{ kind: 'updateBattery', code: facts.code, patch }] : [];
}
