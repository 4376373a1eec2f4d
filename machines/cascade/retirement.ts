import type { RetirementInputs, RetirementReason, RetirementTerms } from '../../schema/wire/cascade/retirement.ts';

/** What a policy says of a pack: every limit it is past. None: it stays in traffic. */
export function decideRetirement(terms: RetirementTerms, inputs: RetirementInputs): RetirementReason[] {
  const { negativeEvents, thermalEvents, cellSpreadMv, ageYears } = inputs;
  const soh = sohCompared(terms, inputs);
  const past: Record<RetirementReason, boolean> = {
    soh: soh !== null && terms.minSohPct !== null && soh < terms.minSohPct,
    resistanceGrowth: exceeds(resistanceGrowthPct(inputs), terms.maxResistanceGrowthPct),
    cellSpread: exceeds(cellSpreadMv, terms.maxCellSpreadMv),
    negativeEvents: exceeds(negativeEvents, terms.maxNegativeEvents),
    thermalEvents: exceeds(thermalEvents, terms.maxThermalEvents),
    age: exceeds(ageYears, terms.maxAgeYears),
  };
  return (Object.keys(past) as RetirementReason[]).filter((reason) => past[reason]);
}

/** The figure that is held against `minSohPct`: of an estimate that rests on enough charges, else the BMS's. Null: nobody knows, and nothing follows. */
export function sohCompared(
  { sohBound, minCharges }: RetirementTerms,
  { estimate, bmsSohPct }: RetirementInputs,
): number | null {
  if (estimate === null || estimate.charges < minCharges) return bmsSohPct;
  return sohBound === 'high' ? estimate.highPct : estimate.sohPct;
}

/** Against the first resistance that was read. */
export const resistanceGrowthPct = ({ resistanceMohm, referenceMohm }: RetirementInputs): number | null =>
  resistanceMohm === null || referenceMohm === null || referenceMohm <= 0
    ? null
    : 100 * (resistanceMohm / referenceMohm - 1);

const exceeds = (value: number | null, most: number | null): boolean => value !== null && most !== null && value > most;
