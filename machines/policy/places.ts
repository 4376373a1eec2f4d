import { berthPlace, isolationPlace, liftPlace, parseStationPlace, slotPlace } from '../../schema/wire/places.ts';
import type { LedgerPlace, PackFacts, StationState } from '../contract.ts';

type Packs = StationState['packs'];

export const slotKey = (station: string, slot: number): string => `${station}/${slotPlace(slot)}`;
export const berthKey = (station: string, bay: string, berth: number): string => `${station}/${berthPlace(bay, berth)}`;
export const liftKey = (station: string, bay: string): string => `${station}/${liftPlace(bay)}`;
export const isolationKey = (station: string, box: number): string => `${station}/${isolationPlace(box)}`;
export const vehicleKey = (vin: string): string => `vehicle/${vin}`;

export const vehicleLedgerPlace = (vin: string): LedgerPlace => ({
  kind: 'vehicle',
  key: vehicleKey(vin),
  station: null,
});
export const unknownPlace = (station: string): LedgerPlace => ({ kind: 'unknown', key: 'unknown', station });

/** Places that hold one pack; all others, `unknown` too, hold any number. */
const single: ReadonlySet<LedgerPlace['kind']> = new Set(['slot', 'berth', 'lift', 'vehicle', 'isolation']);
export const holdsOne = (place: LedgerPlace): boolean => single.has(place.kind);

/** A station's place as the ledger names it. The frame of a bay is the vehicle that stands there: null when none does. */
export function ledgerPlace(station: string, wirePlace: string, vin: string | null): LedgerPlace | null {
  const place = parseStationPlace(wirePlace);
  if (!place) return null;
  if (place.kind === 'vehicle') return vin === null ? null : vehicleLedgerPlace(vin);
  return { kind: place.kind, key: `${station}/${wirePlace}`, station };
}

const indexes = new WeakMap<Packs, ReadonlyMap<string, string>>();

/** Who is where, place keys to codes: made once for a station's packs, then handed on from image to image. */
function indexOf(packs: Packs): ReadonlyMap<string, string> {
  const known = indexes.get(packs);
  if (known) return known;
  const index = new Map<string, string>();
  for (const code in packs) {
    const facts = packs[code];
    if (facts && holdsOne(facts.place)) index.set(facts.place.key, code);
  }
  indexes.set(packs, index);
  return index;
}

/** The packs with one of them changed. Where it stays at its place, or goes to a free one, so does the index. */
export function withPack(packs: Packs, facts: PackFacts): Packs {
  const { code, place } = facts;
  const changed = { ...packs, [code]: facts };
  const index = indexes.get(packs);
  const from = packs[code]?.place;
  if (!index || !from) return changed;
  if (from.key === place.key) {
    indexes.set(changed, index);
    return changed;
  }
  const moves = holdsOne(place) && !index.has(place.key) && (!holdsOne(from) || index.get(from.key) === code);
  if (!moves) return changed;
  const next = new Map(index);
  next.delete(from.key);
  next.set(place.key, code);
  indexes.set(changed, next);
  return changed;
}

export function packAt({ packs }: StationState, key: string): PackFacts | null {
  const code = indexOf(packs).get(key);
  return code === undefined ? null : (packs[code] ?? null);
}

/** The slot a pack is in, or null. */
export function slotOf(state: StationState, facts: PackFacts): number | null {
  if (facts.place.kind !== 'slot' || facts.place.station !== state.station) return null;
  return Number(facts.place.key.slice(facts.place.key.lastIndexOf('/') + 1));
}
