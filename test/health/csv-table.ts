import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';

export type Row = Record<string, string>;

/** Columns that are the answer: an estimator never gets a row with them. */
const labelColumns = new Set(['capacity_ah', 'soh', 'soh_pct', 'capacity', 'measured_ah']);

/** The rows of a file, those of a missing file are none. A row that is cut off has no values where it ends. */
export function readTable(folder: string, name: string): Row[] {
  const path = join(folder, name);
  if (!existsSync(path)) return [];
  const said = { columns: true, bom: true, trim: true, skip_empty_lines: true, relax_column_count: true } as const;
  return parse(readFileSync(path, 'utf8'), said);
}

export const withoutLabels = (rows: readonly Row[]): Row[] =>
  rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !labelColumns.has(name.toLowerCase()))));

/** The number in a column; null: the column is missing, empty or no number. */
export function numberIn(row: Row, name: string): number | null {
  const text = row[name];
  if (text === undefined || text === '') return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

export function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}
