import type { Effect, LedgerPlace, PackFacts } from '../contract.ts';

/**
 * Two sides that cannot both be right. Custody is never corrected in silence: the incident names both, and until a person has looked the pack
 * is not given and no car is opened for it.
 */

/** Where a sensor or a reader of its own stands for what the ledger has. */
const proven: ReadonlySet<LedgerPlace['kind']> = new Set(['slot', 'isolation']);

/** A car names a pack that the ledger has in another car, or in a slot. On a lift or a berth it may have come from there unseen. */
export function claimIsDisputed(facts: PackFacts | undefined, vehicle: LedgerPlace): facts is PackFacts {
  if (!facts || facts.custodyVersion === 0 || facts.place.key === vehicle.key) return false;
  return facts.place.kind === 'vehicle' || proven.has(facts.place.kind);
}

export function disputedClaim(facts: PackFacts, vehicle: LedgerPlace, bay: string): Effect {
  const detail = `${vehicle.key} says it has ${facts.code}; the ledger has it at ${facts.place.key}`;
  return {
    kind: 'openIncident',
    key: `claim/${facts.code}`,
    code: 'packClaimedTwice',
    bay,
    swap: null,
    packs: [facts.code],
    detail,
  };
}

/** A pack is read here that another station has, proved by its own reader: one of two codes is false. */
export const isElsewhereToo = ({ place, custodyVersion }: PackFacts, station: string): boolean =>
  custodyVersion > 0 && place.station !== null && place.station !== station && proven.has(place.kind);

export function reportedTwice(facts: PackFacts, here: string, bay: string | null): Effect[] {
  const { code, place } = facts;
  const detail = `${code} is read at ${here}; the ledger has it at ${place.key}, where it was read before`;
  return [
    { kind: 'openIncident', key: `twice/${code}`, code: 'packInTwoPlaces', bay, swap: null, packs: [code], detail },
    { kind: 'updateBattery', code, patch: { status: 'quarantined', ready: false } },
  ];
}

const done: ReadonlySet<PackFacts['status']> = new Set(['retired', 'secondLife', 'recycled']);
const atHome: ReadonlySet<PackFacts['status']> = new Set(['inService', 'resting']);

/** A pack that is done with traffic, or in quarantine, has no business in a car: nobody opens one for it. One that only rests is taken out. */
export const mayBeInCar = ({ status }: Pick<PackFacts, 'status'>): boolean => atHome.has(status);

/** A car has come with such a pack. `facts` is what the ledger had before the car spoke. */
export function notForCars(facts: PackFacts, vehicle: LedgerPlace, bay: string): Effect[] {
  if (mayBeInCar(facts)) return [];
  const { code, status, place } = facts;
  return [incident(facts, bay, `${vehicle.key} says it has ${code}; the ledger has it ${status}, at ${place.key}`)];
}

/**
 * A pack that is done with traffic has come into a slot; or one in quarantine, from outside the station, that nobody has announced. It is never
 * given; somebody has to take it out.
 */
export function notForSlots(facts: PackFacts, to: LedgerPlace, bay: string | null): Effect[] {
  if (to.kind !== 'slot') return [];
  const { code, status, place } = facts;
  const byHand = status === 'quarantined' && place.station !== to.station && place.kind !== 'vehicle';
  if (!done.has(status) && !byHand) return [];
  return [incident(facts, bay, `${code} is ${status} and has come to ${to.key}, from ${place.key}`)];
}

const incident = ({ code }: PackFacts, bay: string | null, detail: string): Effect => ({
  kind: 'openIncident',
  key: `status/${code}`,
  code: 'packNotForService',
  bay,
  swap: null,
  packs: [code],
  detail,
});
