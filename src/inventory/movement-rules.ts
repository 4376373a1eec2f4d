import type { StationType } from '../../machines/contract.ts';
import type { MovementTarget } from '../../schema/wire/api/movement.ts';
import { isolationPlace, slotPlace } from '../../schema/wire/places.ts';

/** A place as custody has it. */
export interface Place {
  kind: string;
  place: string;
  station: string | null;
}

/** What is known of the pack and of its destination when a person asks. */
export interface MovementFacts {
  pack: { status: string; reservedBy: string | null; since: number; inOpenSwap: boolean; commanded: boolean };
  from: Place;
  to: Place;
  /** Of the station the pack is to come to; null: none, or no such station. */
  type: StationType | null;
  /** Pack that is there already. */
  occupant: string | null;
  /** The destination slot. */
  slot: { reservedBy: string | null; locked: boolean } | null;
  vehicleKnown: boolean;
  /** What the pack has become in its second life. */
  asset: { code: string; state: string; site: string } | null;
}

/** The ledger's name of where a person has taken a pack. */
export function placeOf(target: MovementTarget): Place {
  switch (target.kind) {
    case 'slot':
      return { kind: 'slot', place: `${target.station}/${slotPlace(target.slot)}`, station: target.station };
    case 'isolation':
      return { kind: 'isolation', place: `${target.station}/${isolationPlace(target.box)}`, station: target.station };
    case 'vehicle':
      return { kind: 'vehicle', place: `vehicle/${target.vin}`, station: null };
    default: {
      const place = target.name === undefined ? target.kind : `${target.kind}/${target.name}`;
      return { kind: target.kind, place, station: null };
    }
  }
}

const machineKinds = new Set(['berth', 'lift']);
/** What may stand in a slot or drive. */
const working = new Set(['inService', 'quarantined', 'resting']);

/** Why a person may not move the pack so, in words; null: it may be done. */
export function movementRefusal(facts: MovementFacts, target: MovementTarget): string | null {
  const { pack, from, to, occupant } = facts;
  if (from.place === to.place && from.station === to.station) return `the pack is at ${to.place} already`;
  if (machineKinds.has(from.kind)) return `the pack is on a ${from.kind}: the machines have it`;
  if (pack.inOpenSwap) return 'the pack is part of a swap under way';
  if (pack.reservedBy !== null) return `the pack is set aside for ${pack.reservedBy}`;
  if (pack.commanded) return 'the station has been told to move the pack';
  if (pack.status === 'recycled') return 'the pack has been handed to a recycler: that is final';
  if (facts.asset?.state === 'commissioned')
    return `the pack works as ${facts.asset.code}: take it out of service first`;
  if (occupant !== null) return `${occupant} is at ${to.place}`;
  return targetRefusal(facts, target);
}

const leftTraffic = new Set(['retired', 'secondLife']);

function targetRefusal(
  { pack, type, slot, vehicleKnown, asset, to }: MovementFacts,
  target: MovementTarget,
): string | null {
  const suits = working.has(pack.status);
  switch (target.kind) {
    case 'slot':
      if (!type || target.slot > type.slots) return `there is no ${to.place}`;
      if (!suits) return `a pack that is ${pack.status} does not go into a slot`;
      if (slot?.locked) return 'the slot is locked';
      return slot?.reservedBy ? `the slot is set aside for ${slot.reservedBy}` : null;
    case 'isolation':
      return type && target.box <= type.isolationBoxes ? null : `there is no ${to.place}`;
    case 'vehicle':
      if (!vehicleKnown) return 'no such vehicle is enrolled';
      return pack.status === 'inService' ? null : `a pack that is ${pack.status} does not go into a vehicle`;
    case 'recycler':
      return 'a pack is handed to a recycler by weight and receipt (POST /api/v1/recyclings)';
    case 'secondLifeSite':
      if (!leftTraffic.has(pack.status)) return `a pack that is ${pack.status} does not go to a second-life site`;
      return asset === null || to.place === `secondLifeSite/${asset.site}`
        ? null
        : `the pack belongs to ${asset.site} as ${asset.code}: change the site of the asset`;
    default:
      return null;
  }
}
