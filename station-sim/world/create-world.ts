import { slotPlace } from '../../schema/wire/places.ts';
import type { ResolvedOptions } from '../options.ts';
import type { Random } from '../random.ts';
import type { Bay, Pack, Slot, Taxi, World } from './model.ts';
import { createPack, hidden } from './pack.ts';

/** The plan of a station, empty: bays at rest, slots without packs. */
export function createEmptyWorld(options: ResolvedOptions, startEquipMs: number): World {
  const { size } = options;
  return {
    packs: new Map(),
    at: new Map(),
    slots: Array.from({ length: size.slots }, (_, i) => emptySlot(i + 1, size.slotPowerW)),
    bays: Array.from({ length: size.bays }, (_, i) => emptyBay(String(i + 1), size.berths)),
    isolationBoxes: size.isolationBoxes,
    taxis: new Map(),
    stationLimitW: size.stationPowerW,
    chargedToMs: startEquipMs,
    taxisMade: 0,
    packsMade: 0,
  };
}

function emptySlot(slot: number, limitW: number): Slot {
  return {
    slot,
    connected: false,
    charging: false,
    ready: false,
    registerWh: 0,
    limitW,
    powerW: 0,
    faulty: false,
  };
}

function emptyBay(bay: string, berths: number): Bay {
  return {
    bay,
    berths,
    clamps: 'open',
    vehicleLift: 'down',
    packLock: 'noPack',
    packLift: 'down',
    shuttle: 'atLift',
    exitLight: 'red',
    emergencyStop: false,
    safety: 'ready',
    phase: 'clear',
    vin: null,
    announced: false,
    released: false,
    parked: true,
    hvOff: true,
    consent: true,
    pace: 1,
    nextEntryMs: 0,
  };
}

/** A new station on its first day: its packs in the slots and on the chargers, from half to fully charged. */
export function fillSlots(world: World, options: ResolvedOptions, random: Random): Pack[] {
  const packs: Pack[] = [];
  for (const slot of world.slots.slice(0, options.size.packs)) {
    world.packsMade += 1;
    const socPct = random.chance(0.5) ? random.between(95, 98) : random.between(50, 95);
    const pack = createPack(options.id, world.packsMade, random, socPct);
    slot.connected = true;
    slot.registerWh = Math.floor(random.between(10_000, 90_000_000));
    pack.place = slotPlace(slot.slot);
    world.packs.set(pack.code, pack);
    world.at.set(pack.place, pack.code);
    packs.push(pack);
  }
  return packs;
}

/** One part of the state under the key it is stored by; undefined when it no longer exists. */
export function worldSection(world: World, kind: string, id: string): unknown {
  if (kind === 'pack') return world.packs.get(id);
  if (kind === 'bay') return world.bays.find((bay) => bay.bay === id);
  if (kind === 'slot') return world.slots[Number(id) - 1];
  return kind === 'taxi' ? world.taxis.get(id) : undefined;
}

/** Puts a stored part back. */
export function restoreSection(world: World, kind: string, id: string, value: unknown): void {
  if (kind === 'pack') {
    const stored = value as Pack;
    const pack = { ...hidden(stored.code, stored.capacityWh), ...stored };
    world.packs.set(pack.code, pack);
    if (pack.place) world.at.set(pack.place, pack.code);
  }
  if (kind === 'taxi') world.taxis.set(id, value as Taxi);
  if (kind === 'bay') {
    const bay = world.bays.find((candidate) => candidate.bay === id);
    if (bay) Object.assign(bay, value);
  }
  if (kind === 'slot') {
    const slot = world.slots[Number(id) - 1];
    if (slot) Object.assign(slot, value, { powerW: 0 });
  }
}
