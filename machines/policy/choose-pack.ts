import type { PackFacts, StationState, VehicleFacts } from '../contract.ts';
import { incompatibilityOf, isFirmware } from './compatibility.ts';
import { floorRank, isBelowFloor, isLeasedModel, leaseAllows } from './lease-terms.ts';
import { slotOf } from './places.ts';

/** Level 2 and above excludes a pack from dispatch (GB/T 32960). */
export const excludedFromLevel = 2;

/** Whether the pack may be in a car at all: neither out of service nor about to be. */
export const isInTraffic = ({ status, retiring }: Pick<PackFacts, 'status' | 'retiring'>): boolean =>
  status === 'inService' && retiring !== true;

/** Whether the pack itself may go out, wherever it is. `ready` is asked of packs in slots only: out of the slot it is taken back. */
export function isHealthy(pack: PackFacts, state: StationState): boolean {
  return isInTraffic(pack) && pack.alarmLevel < excludedFromLevel && (pack.socPct ?? 0) >= state.type.minDispatchSocPct;
}

/** Whether a healthy pack is free for this wish. */
export function mayBeGiven(pack: PackFacts, state: StationState, wish: PackWish): boolean {
  return (
    isHealthy(pack, state) &&
    (pack.reservedBy === null || pack.reservedBy === wish.holder) &&
    !wish.exclude.includes(pack.code) &&
    incompatibilityOf(pack, wish.vehicle) === null &&
    leaseAllows(pack, wish.vehicle, wish.holder)
  );
}

export interface PackWish {
  vehicle: VehicleFacts | undefined;
  /** Swap or reservation that asks: what it has set aside already counts as free. */
  holder: string;
  exclude: readonly string[];
}

/** More than any state of charge; and what is set aside, more than any state of health. */
const floorMalus = 1000;
const setAsideBonus = 3 * floorMalus;

/**
 * The pack to give: in an unlocked slot of this station, ready, not set aside for another, fitting the car, and allowed by its lease. Of several,
 * the one that is set aside for this holder, then those above the lease's floor of health, then the one with the highest whole percent of
 * charge, then the lowest slot number: the rule is total, so that the same state gives the same pack.
 */
export function choosePack(state: StationState, wish: PackWish): string | null {
  let best: { code: string; rank: number; slot: number } | null = null;
  for (const code in state.packs) {
    const pack = state.packs[code];
    if (!pack?.ready || !mayBeGiven(pack, state, wish)) continue;
    const slot = slotOf(state, pack);
    if (slot === null || state.slots[slot]?.locked) continue;
    const rank =
      Math.floor(pack.socPct ?? 0) +
      (pack.reservedBy === null ? 0 : setAsideBonus) -
      floorMalus * floorRank(pack, wish.vehicle);
    if (!best || rank > best.rank || (rank === best.rank && slot < best.slot)) best = { code, rank, slot };
  }
  return best?.code ?? null;
}

export type NoneFits = 'noCompatiblePack' | 'firmwareMismatch' | 'noPackAboveSohFloor';

/**
 * Why no pack of the station could ever be given to this car, so that waiting for charge is pointless; null: one could. The nearest miss is named:
 * a pack that only the floor of its lease keeps from the car, then one whose frame and connector would fit, for firmware can be changed.
 */
export function whyNoneFits(
  state: StationState,
  vehicle: VehicleFacts | undefined,
  holder: string | null = null,
): NoneFits | null {
  let firmware = false;
  let worn = false;
  for (const code in state.packs) {
    const pack = state.packs[code];
    if (!pack || !isInTraffic(pack) || pack.place.station !== state.station) continue;
    const why = incompatibilityOf(pack, vehicle);
    if (why === null && leaseAllows(pack, vehicle, holder ?? '')) return null;
    firmware ||= why !== null && isFirmware(why);
    worn ||= why === null && isLeasedModel(pack, vehicle) && isBelowFloor(pack, vehicle);
  }
  if (worn) return 'noPackAboveSohFloor';
  return firmware ? 'firmwareMismatch' : 'noCompatiblePack';
}

/** Where an old pack may go: a slot set aside for the holder, else any free one. Lowest number first. */
export function chooseSlot(state: StationState, holder: string, exclude: readonly number[]): number | null {
  const taken = new Set<number>();
  for (const code in state.packs) {
    const pack = state.packs[code];
    const slot = pack ? slotOf(state, pack) : null;
    if (slot !== null) taken.add(slot);
  }
  let free: number | null = null;
  for (const key in state.slots) {
    const slot = state.slots[key];
    if (!slot || slot.locked || taken.has(slot.slot) || exclude.includes(slot.slot)) continue;
    if (slot.reservedBy === holder) return slot.slot;
    if (slot.reservedBy === null && free === null) free = slot.slot;
  }
  return free;
}
