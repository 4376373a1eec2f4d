import type { PackReading } from '../../schema/wire/sensors.ts';
import type { PackCounters, PackFacts } from '../contract.ts';

const none: PackCounters = {
  chargeWh: 0,
  chargeAh: 0,
  chargeFromWh: null,
  minCellC: null,
  maxCellC: null,
  negativeEvents: 0,
  swapCount: 0,
};

type Counted = { counters: PackCounters } | undefined;

const counted = (facts: PackFacts, change: Partial<PackCounters>): Counted => ({
  counters: { ...(facts.counters ?? none), ...change },
});

/** Extremes of temperature, and the charge that the BMS has counted itself: it also knows of charges elsewhere. */
export function countReading(facts: PackFacts, reading: PackReading | null): Counted {
  if (!reading) return undefined;
  const { maxCellC, throughputAh } = reading;
  const { minCellC, maxCellC: hottest, chargeAh } = facts.counters ?? none;
  const change: Partial<PackCounters> = {};
  if (maxCellC !== undefined) {
    if (minCellC === null || maxCellC < minCellC) change.minCellC = maxCellC;
    if (hottest === null || maxCellC > hottest) change.maxCellC = maxCellC;
  }
  if (throughputAh !== undefined && throughputAh > chargeAh) change.chargeAh = throughputAh;
  return Object.keys(change).length > 0 ? counted(facts, change) : undefined;
}

/** The pack's meter runs from here. */
export const countStart = (facts: PackFacts, registerWh: number): Counted =>
  counted(facts, { chargeFromWh: registerWh });

/** What the meter shows more than at the start. Without a start, or with a meter that was exchanged, nobody knows, and nothing is counted. */
export function countEnd(facts: PackFacts, registerWh: number, byBms: boolean): Counted {
  const { chargeWh, chargeAh, chargeFromWh } = facts.counters ?? none;
  if (chargeFromWh === null) return undefined;
  const wh = Math.max(0, registerWh - chargeFromWh);
  const volts = byBms ? 0 : (facts.modelFacts?.nominalV ?? 0);
  return counted(facts, {
    chargeWh: chargeWh + wh,
    chargeAh: volts > 0 ? chargeAh + wh / volts : chargeAh,
    chargeFromWh: null,
  });
}

/** A pack has come to another place: fitted into a car, or away from its meter. */
export function countMove(facts: PackFacts, to: { kind: string; key: string }): Counted {
  if (facts.place.key === to.key) return undefined;
  const { swapCount, chargeFromWh } = facts.counters ?? none;
  const change: Partial<PackCounters> = {};
  if (isFitting(facts, to)) change.swapCount = swapCount + 1;
  if (chargeFromWh !== null && to.kind !== 'slot') change.chargeFromWh = null;
  return Object.keys(change).length > 0 ? counted(facts, change) : undefined;
}

/** The robot has put the pack into a car. */
export const isFitting = ({ place }: PackFacts, to: { kind: string }): boolean =>
  place.kind === 'lift' && to.kind === 'vehicle';

export const countNegativeEvent = (facts: PackFacts): Counted =>
  counted(facts, { negativeEvents: (facts.counters ?? none).negativeEvents + 1 });
