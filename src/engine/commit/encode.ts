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
  const parameters = [JSON.stringify(batch.map((rows, index) => markRow(rows, index + 1, shape.whole))), token];
  if (shape.custody) parameters.push(encodeList(batch, 'custody'));
  for (const { list } of shape.sections) parameters.push(encodeList(batch, list));
  const wakeOwner = batch.some((rows) => rows.wakeOwner);
  return { text: statementFor({ shape, ordered: batch.length > 1, wakeOwner }), parameters };
}

const markRow = (rows: StationRows, i: number, whole: boolean): object =>
  whole ? { i, ...rows.mark, ...rows.contact } : { i, ...rows.mark };

/** All rows of one table. The station's position in the batch goes into the row itself: copying thousands of rows would cost more. */
function encodeList(batch: readonly StationRows[], list: 'custody' | Section['list']): string {
  const all: { i?: number }[] = [];
  batch.forEach((rows, index) => {
    for (const row of rows[list]) {
      row.i = index + 1;
      all.push(row);
    }
  });
  return JSON.stringify(all);
}
