import type { PackFacts, VehicleFacts } from '../contract.ts';
import { excludedFromLevel } from './choose-pack.ts';
import { incompatibilityOf } from './compatibility.ts';
import { isBelowFloor, isLeasedModel } from './lease-terms.ts';

/** A pack of a station, as far as a promise is concerned. Instants are UTC epoch ms, durations wall ms. */
export interface PromisablePack {
  facts: PackFacts;
  /** Null: not in a slot now. */
  slot: number | null;
  slotLocked: boolean;
  /** Percent per wall hour at which it charges, or would when plugged in; 0: not at all. */
  pctPerHour: number;
}

export interface PromiseRules {
  /** Least SOC of a pack that is dispatched, percent. */
  minDispatchSocPct: number;
  /** SOC at which a station calls a pack ready, percent. Its own word comes later and counts then. */
  readySocPct: number;
  /** A charging pack is promised only when it is expected to be ready so long before the window. */
  marginMs: number;
}

export interface PromiseWish {
  /** What the reservation holds already counts as free for it. Null: a new one. */
  reservation: string | null;
  vehicle: VehicleFacts;
  minSocPct: number;
  from: number;
  now: number;
  /** Cars without a reservation that are expected until the window. */
  walkInsUntil: number;
  /** Not these: they have just been lost. */
  exclude?: readonly string[];
  /** Rather a pack below the floor of health of its lease than none. */
  acceptBelowFloor?: boolean;
}

/** Why a pack cannot be promised, each pack counted once, under the first that holds. */
export const unfitReasons = [
  'elsewhere',
  'notInService',
  'alarm',
  'doesNotFit',
  'slotLocked',
  'promised',
  'tooLittleCharge',
  'notReadyInTime',
  'belowSohFloor',
] as const;
export type UnfitReason = (typeof unfitReasons)[number];

export interface PackPromise {
  pack: string;
  slot: number;
  /** Expected to be ready then; not after `now` when it is ready. */
  readyAt: number;
  ready: boolean;
  /** `spare`: ready packs enough for the walk-ins. `justInTime`: charging, so that the ready ones stay for the walk-ins. */
  because: 'held' | 'spare' | 'justInTime' | 'onlyReady';
}

/** `belowSohFloor`: some would do, were it not for the floor of health of the lease. */
export type PromiseRefusal = 'noPackFits' | 'allPromised' | 'notReadyInTime' | 'belowSohFloor';

export type PromiseAnswer =
  /** `next`: the others that would do, the best first. */
  | { promise: PackPromise; next: PackPromise[]; unfit: Partial<Record<UnfitReason, number>> }
  | {
      promise: null;
      reason: PromiseRefusal;
      unfit: Partial<Record<UnfitReason, number>>;
    };

const hourMs = 3_600_000;

/** When the pack is expected to hold this much, UTC epoch ms; infinite when it does not charge. */
function readyAt({ facts, pctPerHour }: PromisablePack, targetPct: number, now: number): number {
  const missingPct = targetPct - (facts.socPct ?? 0);
  if (facts.ready && missingPct <= 0) return now;
  if (pctPerHour <= 0) return Number.POSITIVE_INFINITY;
  return now + Math.ceil((Math.max(0, missingPct) / pctPerHour) * hourMs);
}

/** What the pack must hold when it is given, percent. */
export const neededSocPct = (minSocPct: number, { minDispatchSocPct }: PromiseRules): number =>
  Math.max(minSocPct, minDispatchSocPct);

/** A ready pack needs what was asked for; one that charges is waited for until the station calls it ready. */
function expectedReady(pack: PromisablePack, wish: PromiseWish, rules: PromiseRules): number {
  const needed = neededSocPct(wish.minSocPct, rules);
  return readyAt(pack, pack.facts.ready ? needed : Math.max(needed, rules.readySocPct), wish.now);
}

function unfit(pack: PromisablePack, wish: PromiseWish, rules: PromiseRules): UnfitReason | null {
  const { facts, slot, slotLocked } = pack;
  if (slot === null || wish.exclude?.includes(facts.code)) return 'elsewhere';
  if (facts.status !== 'inService') return 'notInService';
  if (facts.alarmLevel >= excludedFromLevel) return 'alarm';
  if (incompatibilityOf(facts, wish.vehicle) !== null || !isLeasedModel(facts, wish.vehicle)) return 'doesNotFit';
  if (slotLocked) return 'slotLocked';
  if (facts.reservedBy !== null && facts.reservedBy !== wish.reservation) return 'promised';
  const ready = expectedReady(pack, wish, rules);
  if (ready === Number.POSITIVE_INFINITY) return 'tooLittleCharge';
  if (ready > latestReady(wish, rules) && ready > wish.now) return 'notReadyInTime';
  return isBelowFloor(facts, wish.vehicle) && wish.acceptBelowFloor !== true ? 'belowSohFloor' : null;
}

const latestReady = ({ from, now }: PromiseWish, { marginMs }: PromiseRules): number => Math.max(now, from - marginMs);

interface Candidate {
  pack: PromisablePack;
  slot: number;
  readyAt: number;
}

/**
 * The pack to promise: fitting, not promised to another, ready in time. What the reservation holds already stays. A pack that is ready now is
 * given away when the walk-ins until the window leave one over; else the one that is ready last and still in time, so that holding it takes
 * nothing from anybody. Ties go to the lowest slot, so that the same facts give the same promise. One below the floor of the lease is promised
 * to a driver who takes it, and only where none above it would do.
 */
export function promisePack(packs: readonly PromisablePack[], wish: PromiseWish, rules: PromiseRules): PromiseAnswer {
  const answer = promiseOf(packs, { ...wish, acceptBelowFloor: false }, rules);
  return answer.promise === null && wish.acceptBelowFloor === true ? promiseOf(packs, wish, rules) : answer;
}

function promiseOf(packs: readonly PromisablePack[], wish: PromiseWish, rules: PromiseRules): PromiseAnswer {
  const counts: Partial<Record<UnfitReason, number>> = {};
  const ready: Candidate[] = [];
  const charging: Candidate[] = [];
  for (const pack of packs) {
    const reason = unfit(pack, wish, rules);
    if (reason !== null || pack.slot === null) {
      const key = reason ?? 'elsewhere';
      counts[key] = (counts[key] ?? 0) + 1;
      continue;
    }
    const at = expectedReady(pack, wish, rules);
    (at <= wish.now ? ready : charging).push({ pack, slot: pack.slot, readyAt: at });
  }
  const [promise, ...next] = inOrder(ready, charging, wish);
  if (promise) return { promise, next, unfit: counts };
  return { promise: null, reason: refusal(counts), unfit: counts };
}

function inOrder(ready: Candidate[], charging: Candidate[], wish: PromiseWish): PackPromise[] {
  const isHeld = ({ pack }: Candidate) => wish.reservation !== null && pack.facts.reservedBy === wish.reservation;
  const held = [...ready, ...charging].filter(isHeld);
  const byCharge = ready.filter((each) => !isHeld(each)).sort((a, b) => socOf(b) - socOf(a) || a.slot - b.slot);
  const byTime = charging.filter((each) => !isHeld(each)).sort((a, b) => b.readyAt - a.readyAt || a.slot - b.slot);
  const toSpare = Math.max(0, ready.length - Math.ceil(wish.walkInsUntil));
  const as = (list: Candidate[], because: PackPromise['because']) =>
    list.map((each) => toPromise(each, because, wish.now));
  return [
    ...as(held, 'held'),
    ...as(byCharge.slice(0, toSpare), 'spare'),
    ...as(byTime, 'justInTime'),
    ...as(byCharge.slice(toSpare), 'onlyReady'),
  ];
}

const socOf = ({ pack }: Candidate): number => Math.floor(pack.facts.socPct ?? 0);

const toPromise = (
  { pack, slot, readyAt: at }: Candidate,
  because: PackPromise['because'],
  now: number,
): PackPromise => ({
  pack: pack.facts.code,
  slot,
  readyAt: at,
  ready: at <= now,
  because,
});

/** The nearest miss: what would have done, had it been free or earlier. */
function refusal(counts: Partial<Record<UnfitReason, number>>): PromiseRefusal {
  if (counts.belowSohFloor) return 'belowSohFloor';
  if (counts.notReadyInTime) return 'notReadyInTime';
  return counts.promised ? 'allPromised' : 'noPackFits';
}
