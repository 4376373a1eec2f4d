import type { Grade, GradeReason, GradeTerms, GradingPolicy, GradingTest } from '../../schema/wire/cascade/grading.ts';
import { decodeBatteryCode } from '../../schema/wire/pack-code.ts';
import { estimatePulse } from '../health/estimate-pulse.ts';

/** What the ledger knows of the pack besides its test. */
export interface GradedPack {
  code: string;
  thermalEvents: number;
  negativeEvents: number;
  fullCycles: number | null;
  /** Of its model; null: nobody has described it. */
  nominalV: number | null;
  nominalWh: number | null;
}

/** What the test comes to. SOH in per cent of rated capacity. */
export interface Measured {
  sohPct: number;
  residualAh: number;
  spreadPct: number;
  ohmPerV: number;
  ageYears: number | null;
  pulse: { sohPct: number; lowPct: number; highPct: number; agrees: boolean } | null;
}

/** What is wrong with a record, where: nothing is graded on it. */
export interface BadRecord {
  pointer: string;
  detail: string;
}

const yearMs = 365.25 * 86_400_000;

/** A test that measured something. */
type MeasuredTest = GradingTest & {
  insulation: NonNullable<GradingTest['insulation']>;
  residualEnergy: NonNullable<GradingTest['residualEnergy']>;
};

const isMeasured = (test: GradingTest): test is MeasuredTest =>
  test.insulation !== undefined && test.residualEnergy !== undefined;

/** The figures of a test, or what makes it no test in the manner of GB/T 34015. */
export function measure(pack: GradedPack, test: GradingTest, policy: GradingPolicy): Measured | { bad: BadRecord[] } {
  const bad: BadRecord[] = [];
  if (!isMeasured(test)) {
    for (const part of ['insulation', 'residualEnergy'] as const)
      if (test[part] === undefined)
        bad.push({ pointer: `/${part}`, detail: 'is needed, unless untestable says why nobody can measure it' });
    return { bad };
  }
  const { residualEnergy, insulation } = test;
  const { from, to } = policy.testTempC;
  if (residualEnergy.temperatureC < from || residualEnergy.temperatureC > to)
    bad.push({ pointer: '/residualEnergy/temperatureC', detail: `must be within ${from} to ${to} °C` });
  const residual = agreed(residualEnergy.dischargedAh, policy);
  if ('detail' in residual) bad.push({ pointer: '/residualEnergy/dischargedAh', detail: residual.detail });
  const nominalAh = pack.nominalWh !== null && pack.nominalV !== null ? pack.nominalWh / pack.nominalV : null;
  if (nominalAh !== null && Math.abs(residualEnergy.ratedAh / nominalAh - 1) > ratedMayDiffer)
    bad.push({
      pointer: '/residualEnergy/ratedAh',
      detail: `is not what the model is rated for (${nominalAh.toFixed(1)} Ah)`,
    });
  const systemV = insulation.systemV ?? pack.nominalV;
  if (insulation.ohmPerV === undefined && systemV === null)
    bad.push({ pointer: '/insulation/systemV', detail: 'is needed: nobody has described the model of the pack' });
  const pulse = test.pulse === undefined ? null : estimatePulse(test.pulse);
  if (pulse !== null && 'refused' in pulse)
    bad.push({ pointer: '/pulse', detail: `gives no estimate: ${pulse.refused}` });
  if (bad.length > 0 || 'detail' in residual || (pulse !== null && 'refused' in pulse)) return { bad };
  const sohPct = rounded((100 * residual.meanAh) / residualEnergy.ratedAh);
  return {
    sohPct,
    residualAh: rounded(residual.meanAh),
    spreadPct: rounded(residual.spreadPct),
    ohmPerV: Math.floor(insulation.ohmPerV ?? ((insulation.kOhm ?? 0) * 1000) / (systemV ?? 1)),
    ageYears: ageOf(pack.code, Date.parse(residualEnergy.at)),
    pulse: pulse && {
      sohPct: rounded(100 * pulse.soh),
      lowPct: rounded(100 * pulse.low),
      highPct: rounded(100 * pulse.high),
      agrees: sohPct >= 100 * pulse.low && sohPct <= 100 * pulse.high,
    },
  };
}

/** Nameplate and model round differently. */
const ratedMayDiffer = 0.1;

/** Cut, not rounded up: 64.996 % do not make a grade from 65 %. */
const rounded = (value: number): number => Math.floor(value * 100 + 1e-6) / 100;

/** The mean of the last results, where they agree. GB/T 34015: charge and discharge again until they do. */
function agreed(
  results: readonly number[],
  { agreeingResults, agreementPct }: GradingPolicy,
): { meanAh: number; spreadPct: number } | { detail: string } {
  const last = results.slice(-agreeingResults);
  if (last.length < agreeingResults) return { detail: `needs ${agreeingResults} results` };
  const meanAh = last.reduce((sum, each) => sum + each, 0) / last.length;
  const spreadPct = (100 * (Math.max(...last) - Math.min(...last))) / meanAh;
  if (spreadPct <= agreementPct) return { meanAh, spreadPct };
  const differ = `the last ${agreeingResults} results differ by ${spreadPct.toFixed(1)} %`;
  return { detail: `${differ}, more than ${agreementPct} %: charge and discharge again` };
}

/** By the day in the code. */
function ageOf(code: string, at: number): number | null {
  const madeOn = decodeBatteryCode(code)?.madeOn;
  return madeOn == null ? null : Math.max(0, rounded((at - Date.parse(madeOn)) / yearMs));
}

/** A wreck: what makes the record contradict itself; nothing does, and it is for the recycler. */
export function condemn(
  pack: GradedPack,
  test: GradingTest,
  policy: GradingPolicy,
): { reasons: GradeReason[] } | { bad: BadRecord[] } {
  const bad = (['insulation', 'residualEnergy', 'pulse'] as const).flatMap((part) =>
    test[part] === undefined
      ? []
      : { pointer: `/${part}`, detail: 'is of a test, and untestable says that there was none' },
  );
  if (test.visual.isFit)
    bad.push({ pointer: '/visual/isFit', detail: 'must be false of a pack that cannot be tested' });
  if (bad.length > 0) return { bad };
  const untestable: GradeReason = {
    grade: 'recycle',
    reason: 'untestable',
    measured: test.untestable ?? null,
    demanded: 'a test',
  };
  return { reasons: [untestable, ...recycleReasons(pack, test, null, policy)] };
}

/** The best grade whose every demand is met, and why none above it. A pack that has ever burnt is never used again. */
export function gradePack(
  pack: GradedPack,
  test: GradingTest,
  measured: Measured,
  policy: GradingPolicy,
): { grade: Grade; reasons: GradeReason[] } {
  const never = recycleReasons(pack, test, measured, policy);
  if (never.length > 0) return { grade: 'recycle', reasons: never };
  const reasons: GradeReason[] = [];
  for (const grade of ['A', 'B', 'C'] as const) {
    const against = unmet(grade, policy[grade], pack, test, measured);
    if (against.length === 0) return { grade, reasons };
    reasons.push(...against);
  }
  return { grade: 'recycle', reasons };
}

function recycleReasons(
  pack: GradedPack,
  { visual }: GradingTest,
  measured: Measured | null,
  policy: GradingPolicy,
): GradeReason[] {
  const reasons: GradeReason[] = [];
  const add = (reason: GradeReason['reason'], value: number | string, demanded: number | string) =>
    reasons.push({ grade: 'recycle', reason, measured: value, demanded });
  if (pack.thermalEvents > 0) add('thermalEvent', pack.thermalEvents, 0);
  if (!visual.isFit) add('visualUnfit', visual.findings.join(', '), 'fit');
  for (const finding of visual.findings)
    if (policy.recycleFindings.includes(finding)) add('visualFinding', finding, 'none');
  if (measured !== null && measured.ohmPerV < policy.minOhmPerV)
    add('insulationTooLow', measured.ohmPerV, policy.minOhmPerV);
  return reasons;
}

function unmet(
  grade: 'A' | 'B' | 'C',
  terms: GradeTerms,
  { negativeEvents, fullCycles }: GradedPack,
  { measured: other }: GradingTest,
  { sohPct, ageYears }: Measured,
): GradeReason[] {
  const reasons: GradeReason[] = [];
  if (sohPct < terms.sohFromPct)
    reasons.push({ grade, reason: 'sohTooLow', measured: sohPct, demanded: terms.sohFromPct });
  const demands: [GradeReason['reason'], number | null | undefined, number | null][] = [
    ['tooOld', ageYears, terms.maxAgeYears],
    ['tooManyCycles', fullCycles, terms.maxFullCycles],
    ['tooManyNegativeEvents', negativeEvents, terms.maxNegativeEvents],
    ['cellSpreadTooLarge', other.cellSpreadMv, terms.maxCellSpreadMv],
    ['resistanceTooHigh', other.resistanceGrowthPct, terms.maxResistanceGrowthPct],
    ['selfDischargeTooHigh', other.selfDischargePctPerMonth, terms.maxSelfDischargePctPerMonth],
  ];
  for (const [reason, value, demanded] of demands) {
    if (demanded === null) continue;
    if (value === null || value === undefined)
      reasons.push({ grade, reason: 'notMeasured', measured: reason, demanded });
    else if (value > demanded) reasons.push({ grade, reason, measured: value, demanded });
  }
  return reasons;
}
