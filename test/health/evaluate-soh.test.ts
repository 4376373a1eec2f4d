import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readCharges } from './cells-folder.ts';
import { estimateCell, type Look, readCapacities, scoreFolder } from './soh-score.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pitlane-soh-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const cells = ['X1', 'X2'];
const charges = 40;
/** Capacity falls from 95 % to 75 % of the rated. */
const sohAt = (n: number): number => 0.95 - (0.2 * n) / charges;
const wobble = (n: number, salt: number): number => 0.004 * Math.sin(n * 12.9898 + salt);

interface Shape {
  ratedAh?: number;
  columns?: readonly string[];
  capacity?: (n: number) => number;
}

function writeCells({ ratedAh = 2, columns, capacity = sohAt }: Shape = {}) {
  const all = [
    'cell',
    'charge_no',
    'duration_s',
    'charged_ah',
    'ah_3v9_to_4v1',
    'temp_mean_c',
    'temp_max_c',
    'capacity_ah',
  ];
  const kept = columns ?? all;
  const lines = cells.flatMap((cell, salt) =>
    Array.from({ length: charges }, (_, n) => {
      const soh = sohAt(n) + wobble(n, salt);
      const row: Record<string, string | number> = {
        cell,
        charge_no: n + 1,
        duration_s: 10_000,
        charged_ah: (ratedAh * soh) / 0.983,
        ah_3v9_to_4v1: (ratedAh * (soh - 0.421)) / 1.2,
        temp_mean_c: 26,
        temp_max_c: 31,
        capacity_ah: ratedAh * capacity(n),
      };
      return kept.map((name) => row[name]).join(',');
    }),
  );
  writeFileSync(join(folder, 'charge_cycles.csv'), [kept.join(','), ...lines].join('\n'));
  writeLabels((n) => ratedAh * capacity(n));
}

function writeLabels(capacityAh: (n: number) => number) {
  const lines = cells.flatMap((cell) => Array.from({ length: charges }, (_, n) => `${cell},${n + 1},${capacityAh(n)}`));
  writeFileSync(join(folder, 'discharge_cycles.csv'), ['cell,discharge_no,capacity_ah', ...lines].join('\n'));
}

const looks: readonly Look[] = ['full', 'window40', 'window40AfterFive'];
const estimates = (ratedAh: number | null = null) =>
  [...readCharges(folder, ratedAh)].flatMap(([, own]) => looks.map((look) => estimateCell(own, look)));
const score = (ratedAh: number | null = null) => scoreFolder(readCharges(folder, ratedAh), readCapacities(folder));

test('the estimator follows a cell that ages, and the scorer says how well', () => {
  writeCells();
  const { overall, cells: each } = score();
  expect(Object.keys(each)).toEqual(cells);
  expect(overall.full.n).toBe(2 * charges);
  expect(overall.full.maePct).toBeLessThan(1);
  expect(overall.window40.maePct).toBeLessThan(2.5);
  expect(overall.full.coverage90Pct).toBeGreaterThan(95);
});

test('labels are not seen: shuffled, estimates stay the same to the last bit and only the score changes', () => {
  writeCells();
  const before = estimates();
  const scored = score().overall.full.maePct ?? 0;
  writeCells({ capacity: (n) => sohAt((n * 17) % charges) });
  expect(estimates()).toEqual(before);
  expect(score().overall.full.maePct).toBeGreaterThan(scored + 2);
  rmSync(join(folder, 'discharge_cycles.csv'));
  expect(estimates()).toEqual(before);
});

test('another rated capacity is an option or a column', () => {
  writeCells({ ratedAh: 155 });
  expect(score(155).overall.full.maePct).toBeLessThan(1);
});

test.each([
  ['no temperature', ['cell', 'charge_no', 'duration_s', 'charged_ah', 'ah_3v9_to_4v1']],
  ['no window', ['cell', 'charge_no', 'charged_ah', 'temp_mean_c']],
  ['counted Ah only', ['cell', 'charge_no', 'charged_ah']],
])('goes on with %s', (_what, columns) => {
  writeCells({ columns });
  expect(score().overall.full.maePct).toBeLessThan(1.5);
});

test('a cell with one charge and a cell without a label are no trouble', () => {
  writeCells();
  writeFileSync(
    join(folder, 'charge_cycles.csv'),
    'cell,charge_no,charged_ah,temp_mean_c\nX1,1,1.9,25\nX9,1,1.8,25\nX9,2,nan,\n',
  );
  writeFileSync(join(folder, 'discharge_cycles.csv'), 'cell,discharge_no,capacity_ah\nX1,1,1.86\n');
  const { cells: each } = score();
  expect(each.X1?.full.maePct).toBeLessThan(2);
  expect(each.X9?.full.n).toBe(0);
});

test('a cell of curves only is counted from them, sampled evenly or not', () => {
  const rows = ['cell,charge_no,t_s,voltage,current_a,temp_c'];
  for (let t = 0; t <= 7200; t += t % 180 === 0 ? 60 : 120) rows.push(`C1,1,${t},${3.6 + (0.6 * t) / 7200},0.9,25`);
  writeFileSync(join(folder, 'charge_curves_60s.csv'), rows.join('\n'));
  const facts = readCharges(folder, null).get('C1')?.[0]?.facts;
  expect(facts?.fullAh).toBeCloseTo(1.8, 3);
  expect(facts?.windowAh).toBeCloseTo(0.6, 3);
  expect(facts?.meanTempC).toBeCloseTo(25, 3);
});

test('charges and discharges that are not in the files shift nothing; a last line that is cut off is no trouble', () => {
  // Half of the charges, and not the last: held against the wrong discharges they would be off by up to 10 %.
  writeCells();
  const without = (name: string, isLeft: (n: number) => boolean, end = '') => {
    const [head = '', ...rows] = readFileSync(join(folder, name), 'utf8').split('\n');
    const kept = rows.filter((row) => isLeft(Number(row.split(',')[1])));
    writeFileSync(join(folder, name), [head, ...kept].join('\r\n') + end);
  };
  without('charge_cycles.csv', (n) => n % 2 === 1 && n < 30, '\r\nX3,1,10000');
  without('discharge_cycles.csv', (n) => n % 5 !== 0);
  const { overall, cells: each } = score();
  expect(Object.keys(each)).toEqual([...cells, 'X3']);
  expect(overall.full.n).toBe(2 * 12);
  expect(overall.full.maePct).toBeLessThan(1);
});
