import type { StationRows } from './rows.ts';
import { sections } from './sections.ts';
import { type Shape, statementFor } from './statement.ts';

export interface EncodedCommit {
  text: string;
  parameters: string[];
}

/** Turns the rows of a batch into the statement that fits them and its parameters: one JSON text per table. */
export function encodeCommit(batch: readonly StationRows[], token: string): EncodedCommit {
  const shape = shapeOf(batch);
  const parameters = [JSON.stringify(batch.map((rows, index) => markRow(rows, index + 1, shape.contact))), token];
  if (shape.custody) parameters.push(encodeList(batch, 'custody'));
  for (const [index, section] of sections.entries()) {
    if (shape.tables & (1 << index)) parameters.push(encodeList(batch, section.list));
  }
  return { text: statementFor(shape), parameters };
}

function shapeOf(batch: readonly StationRows[]): Shape {
  let tables = 0;
  for (const [index, { list }] of sections.entries()) {
    if (batch.some((rows) => rows[list].length > 0)) tables |= 1 << index;
  }
  return {
    tables,
    contact: batch.some((rows) => rows.contactChanged),
    custody: batch.some((rows) => rows.custody.length > 0),
    meets: batch.some((rows) => rows.custody.some(({ expected }) => expected === 0)),
    ordered: batch.length > 1,
    wakeOwner: batch.some((rows) => rows.wakeOwner),
  };
}

const markRow = (rows: StationRows, i: number, contact: boolean): object =>
  contact ? { i, ...rows.mark, ...rows.contact } : { i, ...rows.mark };

/** All rows of one table. The station's position in the batch goes into the row itself: copying thousands of rows would cost more. */
function encodeList(batch: readonly StationRows[], list: 'custody' | (typeof sections)[number]['list']): string {
  const all: { i?: number }[] = [];
  batch.forEach((rows, index) => {
    for (const row of rows[list]) {
      row.i = index + 1;
      all.push(row);
    }
  });
  return JSON.stringify(all);
}
