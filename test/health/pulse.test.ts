import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { estimatePulse, type PulseTest, pulseVolts } from '../../machines/health/estimate-pulse.ts';
import { pulseModels } from '../../machines/health/pulse-coefficients.generated.ts';
import { fitPulseModels } from './pulse-fit.ts';
import { readPulseLabels, readPulses } from './pulse-folder.ts';
import { estimatePulses, scorePulseFolder } from './pulse-score.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pitlane-pulse-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const cellsPerType = 12;
const socs = [10, 30, 50];

/** Voltages of a cell that is nothing but an open-circuit voltage and a resistance that grows as its SOH falls. */
function voltsOf(soh: number, socPct: number, n: number): number[] {
  const ocv = 3.3 + socPct / 200;
  const ohm = 0.03 + 0.05 * (1 - soh);
  return Array.from(
    { length: pulseVolts },
    (_, k) => ocv + (k === 0 ? 0 : ohm * (k % 2 === 0 ? 1 : -1) * (1 + k / 10)) + 0.0002 * Math.sin(n + k),
  );
}

const types = [
  ['LFP', 35],
  ['NMC', 21],
] as const;

function writePulses(sohOf: (cell: number) => number, labelOf: (cell: number) => number = sohOf) {
  const volts = Array.from({ length: pulseVolts }, (_, k) => `U${k + 1}`).join(',');
  const rows = types.flatMap(([cathode, ah]) =>
    Array.from({ length: cellsPerType }, (_, cell) =>
      socs.map((soc) => {
        const label = labelOf(cell);
        const measured = voltsOf(sohOf(cell), soc, cell).map((value) => value.toFixed(4));
        return [cathode, ah, cell, `id-${cell}`, label * ah, label, 5, soc, ...measured].join(',');
      }),
    ).flat(),
  );
  const head = `cathode,nominal_ah,cell_no,cell_id,capacity_ah,soh,pulse_width_s,soc_pct,${volts}`;
  writeFileSync(join(folder, 'pulse_5s.csv'), [head, ...rows].join('\n'));
}

const sohOf = (cell: number): number => 0.7 + (0.25 * cell) / cellsPerType;

describe('pulse test', () => {
  const anyTest: fc.Arbitrary<PulseTest> = fc.record({
    cathode: fc.constantFrom('LMO', 'NMC', 'LFP', 'NCA'),
    nominalAh: fc.constantFrom(10, 2.1, 21, 35, 100),
    volts: fc.array(fc.double({ min: 0, max: 6 }), { minLength: pulseVolts - 1, maxLength: pulseVolts }),
    socPct: fc.option(fc.double({ min: 0, max: 100, noNaN: true }), { nil: null }),
    pulseS: fc.constantFrom(5, null),
  });

  test('an estimate stays within bounds, the same for the same voltages; what it cannot judge it refuses', () => {
    fc.assert(
      fc.property(anyTest, (each) => {
        const estimate = estimatePulse(each);
        expect(estimatePulse(structuredClone(each))).toEqual(estimate);
        if ('refused' in estimate) return;
        expect(estimate.low).toBeGreaterThanOrEqual(0);
        expect(estimate.low).toBeLessThanOrEqual(estimate.soh);
        expect(estimate.high).toBeGreaterThanOrEqual(estimate.soh);
        expect(estimate.soh).toBeLessThanOrEqual(1.1);
      }),
    );
  });

  test('what it was not fitted for has no figure', () => {
    const fine: PulseTest = { cathode: 'LFP', nominalAh: 35, volts: voltsOf(0.8, 30, 1), socPct: 30, pulseS: 5 };
    expect(estimatePulse(fine)).toHaveProperty('soh');
    expect(estimatePulse({ ...fine, cathode: 'NCA' })).toEqual({ refused: 'cellTypeUnknown' });
    expect(estimatePulse({ ...fine, volts: fine.volts.slice(1) })).toEqual({ refused: 'voltagesInvalid' });
    expect(estimatePulse({ ...fine, volts: fine.volts.with(3, Number.NaN) })).toEqual({ refused: 'voltagesInvalid' });
    expect(estimatePulse({ ...fine, socPct: 90 })).toEqual({ refused: 'socOutsideFitted' });
    expect(estimatePulse({ ...fine, pulseS: 1 })).toEqual({ refused: 'pulseLengthNotFitted' });
  });

  test('labels are not seen: shuffled, estimates stay the same to the last bit and the score does not', () => {
    writePulses(sohOf);
    const before = [true, false].map((withSoc) => estimatePulses(readPulses(folder), withSoc));
    const scored = scorePulseFolder(readPulses(folder), readPulseLabels(folder)).overall.maePct;
    writePulses(sohOf, (cell) => sohOf((cell * 5) % cellsPerType) / 2);
    expect([true, false].map((withSoc) => estimatePulses(readPulses(folder), withSoc))).toEqual(before);
    expect(scorePulseFolder(readPulses(folder), readPulseLabels(folder)).overall.maePct).not.toBe(scored);
  });

  test('the fit finds a resistance that grows with age, and says how it does on cells left out', () => {
    writePulses(sohOf);
    const labels = readPulseLabels(folder);
    const models = fitPulseModels(readPulses(folder).map((pulse, index) => ({ ...pulse, soh: labels[index] ?? 0 })));
    expect(models.map(({ cathode, withSoc }) => `${cathode} ${withSoc}`)).toEqual([
      'LFP true',
      'LFP false',
      'NMC true',
      'NMC false',
    ]);
    for (const model of models) expect(model.heldOutMapePct).toBeLessThan(2);
  });

  test('the committed models hold what is asked on cells left out: 6 % per cathode', () => {
    expect(pulseModels).toHaveLength(8);
    for (const { heldOutMapePct } of pulseModels) expect(heldOutMapePct).toBeLessThan(6);
  });
});
