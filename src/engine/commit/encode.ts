import type { StationRows } from './rows.ts';
import type { Section } from './sections.ts';
import { shapeFor } from './shapes.ts';
import { statementFor } from './statement.ts';

export interface EncodedCommit {
  text: string;
  parameters: string[];
}

/** Turns the rows of a batch into the statement that fits them and its parameters: one JSON text per table. */
export function encodeCommit(batch: readonly StationRows[], token: string): EncodedCommit {
  const shape = shapeFor(batch);
  const parameters = [
    JSON.stringify(batch.map((rows, index) => markRow(rows, index + 1, shape.whole))),
    token,
    textArray(batch.map(({ mark }) => mark.station)),
  ];
  if (shape.custody) parameters.push(...encodeList(batch, 'custody', 'pack'));
  for (const { list, key } of shape.sections) parameters.push(...encodeList(batch, list, key));
  const wakeOwner = batch.some((rows) => rows.wakeOwner);
  return { text: statementFor({ shape, ordered: batch.length > 1, wakeOwner }), parameters };
}

/** A text array as Postgres reads it. */
const textArray = (items: readonly string[]): string => `{${items.map((item) => JSON.stringify(item)).join(',')}}`;

const markRow = (rows: StationRows, i: number, whole: boolean): object =>
  whole ? { i, ...rows.mark, ...rows.contact } : { i, ...rows.mark };

/**
 * All rows of one table, and their keys if it has a key. The station's position in the batch goes into the row itself: copying thousands of
 * rows would cost more.
 */
function encodeList(batch: readonly StationRows[], list: Section['list'] | 'custody', key?: string): string[] {
  const all: { i?: number }[] = [];
  batch.forEach((rows, index) => {
    for (const row of rows[list]) {
      row.i = index + 1;
      all.push(row);
    }
  });
  const rows = all.length === 0 ? '[]' : JSON.stringify(all);
  return key ? [rows, textArray(all.map((row) => (row as Record<string, unknown>)[key] as string))] : [rows];
}
